package io.xywebsocket.client;

import io.xywebsocket.engine.XyEndpoint;
import io.xywebsocket.transport.Transport;
import io.xywebsocket.transport.TransportContract;
import java.net.http.HttpClient;
import org.junit.jupiter.api.AfterEach;

/** The contract over TLS. */
class SecureJdkTransportTests implements TransportContract {

    private final XyEndpoint timers = XyEndpoint.builder().build();
    private final SelfSigned certificate = SelfSigned.forLocalhost();

    @AfterEach
    void end() {
        timers.close();
    }

    @Override
    public Wire open(Transport.Receiver receiver) {
        HttpClient http =
                HttpClient.newBuilder().sslContext(certificate.trusting()).build();
        return new JdkTransportTests.RawWire(RawServer.secure(certificate.server()), http, timers.clock(), receiver);
    }
}
