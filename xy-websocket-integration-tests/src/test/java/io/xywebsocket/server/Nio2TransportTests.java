package io.xywebsocket.server;

/** The contract with NIO2. */
class Nio2TransportTests extends TomcatTransport {

    Nio2TransportTests() {
        super(TomcatServer.NIO2, false);
    }
}
