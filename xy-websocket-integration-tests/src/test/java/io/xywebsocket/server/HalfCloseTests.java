package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.transport.OutgoingMessage;
import io.xywebsocket.transport.RecordingReceiver;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that end their direction of the connection while answers are under way. */
@Tag("server")
class HalfCloseTests {

    private static App app;
    private static App secure;
    private static SelfSignedStore certificate;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        app = App.of(Functions.class, ServerTransportTests.AtPathWire.class);
        certificate = SelfSignedStore.in(folder);
        secure = App.with(
                        "server.ssl.key-store=" + certificate.file(),
                        "server.ssl.key-store-password=" + SelfSignedStore.PASSWORD)
                .start(Functions.class, ServerTransportTests.AtPathWire.class);
    }

    @AfterAll
    static void stop() {
        app.close();
        secure.close();
    }

    @Test
    void getNoFrameThatIsBrokenOffWithAnotherBehindIt() {
        getWholeFrames(app, app.handshake().notReading());
    }

    /** TLS 1.3 ends one direction as TCP does: with a close_notify. */
    @Test
    void getNoFrameThatIsBrokenOffOverTls() {
        getWholeFrames(secure, secure.handshake().over(certificate.trusting()).notReading());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void getTheWholeOfTheMessageThatIsBeingWritten(boolean tls) throws Exception {
        App server = tls ? secure : app;
        RecordingReceiver receiver = new RecordingReceiver();
        Handshake handshake = server.handshake().notReading().over(tls ? certificate.trusting() : null);
        try (ServerWire wire = server.bean(WireServlet.class).connect(handshake, receiver)) {
            byte[] text = "x".repeat(16 << 20).getBytes(StandardCharsets.US_ASCII); // more than the sockets take
            assertThat(wire.near().send(new OutgoingMessage(text, text.length), true))
                    .isFalse();
            wire.far.halfClose();
            receiver.awaitClosed();

            wire.far.readAfterAll();

            assertThat(wire.far.next().length()).isEqualTo(text.length);
            wire.far.awaitEnd();
        }
    }

    private static void getWholeFrames(App server, Handshake handshake) {
        String payload = "\"" + "x".repeat(20_000) + "\"";
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            RawClient client = handshake.open();
            clients.add(client);
            for (int call = 0; call < 20; call++) {
                client.call("echo", payload, "" + call);
            }
            client.halfClose();
        }
        for (RawClient client : clients) {
            client.readAfterAll().awaitEnd();
            assertThat(client.fault()).isNull();
            for (int left = client.unread(); left > 0; left--) {
                assertThat(client.next()).startsWith("{\"e\":\"resolve.echo\"").endsWith(payload + "}");
            }
            client.close();
        }
        await().until(() -> server.endpoint().peers().size() == 0);
    }
}
