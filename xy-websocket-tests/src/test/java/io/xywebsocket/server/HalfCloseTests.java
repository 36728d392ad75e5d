package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Clients that end their direction of the connection while answers are under way. */
@Tag("server")
class HalfCloseTests {

    private static App app;

    @BeforeAll
    static void start() {
        app = App.of(Functions.class);
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @Test
    void getNoFrameThatIsBrokenOffWithAnotherBehindIt() {
        String payload = "\"" + "x".repeat(20_000) + "\"";
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            RawClient client = app.handshake().notReading().open();
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
        await().until(() -> app.endpoint().peers().size() == 0);
    }
}
