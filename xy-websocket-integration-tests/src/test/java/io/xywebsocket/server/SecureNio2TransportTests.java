package io.xywebsocket.server;

/** The contract with NIO2 and TLS. */
class SecureNio2TransportTests extends TomcatTransport {

    SecureNio2TransportTests() {
        super(TomcatServer.NIO2, true);
    }
}
