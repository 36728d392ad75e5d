package io.xywebsocket.server;

/** The contract with TLS. */
class SecureTransportTests extends TomcatTransport {

    SecureTransportTests() {
        super(NIO, true);
    }
}
