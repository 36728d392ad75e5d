package io.xywebsocket.server;

/** The contract with TLS. */
class SecureTransportTests extends TomcatTransport {

    SecureTransportTests() {
        super(TomcatServer.NIO, true);
    }
}
