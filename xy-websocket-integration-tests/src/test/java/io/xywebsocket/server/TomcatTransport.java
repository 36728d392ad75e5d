package io.xywebsocket.server;

import io.xywebsocket.transport.Transport;
import io.xywebsocket.transport.TransportContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The contract of the seam on Tomcat with a connector other than the usual one. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class TomcatTransport implements TransportContract {

    private final TomcatServer server;

    TomcatTransport(String protocol, boolean secure) {
        this.server = new TomcatServer(protocol, secure);
    }

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        server.start(folder);
    }

    @AfterAll
    void stop() throws Exception {
        server.stop();
    }

    @Override
    public Wire open(Transport.Receiver receiver) {
        return server.connect(receiver);
    }
}
