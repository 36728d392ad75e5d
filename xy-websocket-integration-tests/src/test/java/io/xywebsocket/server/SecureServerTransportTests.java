package io.xywebsocket.server;

import io.xywebsocket.transport.Transport;
import io.xywebsocket.transport.TransportContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** The contract with TLS, on a real server that an application has set up for it. */
@Tag("server")
class SecureServerTransportTests implements TransportContract {

    private static App app;
    private static SelfSignedStore certificate;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        certificate = SelfSignedStore.in(folder);
        app = App.with(
                        "server.ssl.key-store=" + certificate.file(),
                        "server.ssl.key-store-password=" + SelfSignedStore.PASSWORD,
                        "xy.websocket.max-message-size=200KB")
                .start(ServerTransportTests.AtPathWire.class);
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @Override
    public ServerWire open(Transport.Receiver receiver) {
        return app.bean(WireServlet.class).connect(app.handshake().over(certificate.trusting()), receiver);
    }
}
