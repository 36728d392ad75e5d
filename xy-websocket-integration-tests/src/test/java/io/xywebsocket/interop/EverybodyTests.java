package io.xywebsocket.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Page;
import io.xywebsocket.XyException;
import io.xywebsocket.XyHandlers;
import io.xywebsocket.XyNotConnectedException;
import io.xywebsocket.XyPayload;
import io.xywebsocket.XyType;
import io.xywebsocket.browser.Chromium;
import io.xywebsocket.client.XyClient;
import io.xywebsocket.client.XyClient.State;
import io.xywebsocket.engine.HeldPort;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Our Java client, our server in a process of its own, and our client in a browser, all at once. */
class EverybodyTests {

    private static final XyType<List<String>> TEXTS = new XyType<>() {};

    @RegisterExtension
    static final Chromium CHROMIUM = new Chromium();

    @RegisterExtension
    final Programs programs = new Programs();

    private final HeldPort port = new HeldPort();
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private XyClient client;
    private Page page;

    @AfterEach
    void close() {
        port.close();
    }

    record To(String who, String function, Object payload) {}

    @Test
    void theyCallEachOtherInAllDirectionsAlsoAfterTheServerWasKilledAndRestarted() throws Exception {
        String address = "localhost:" + port.number();
        Program server = startServer();
        try (XyClient javaClient = XyClient.builder(URI.create("ws://" + address + "/ws"))
                .waitForConnection(true)
                .callTimeout(Duration.ofSeconds(30))
                .handlers(this::offer)
                .build()) {
            client = javaClient;
            client.onConnected(peer -> peer.send("i.am", "java"));
            client.connect();
            client.await("echo", 1, Integer.class);
            page = CHROMIUM.open("http://" + address + "/interop/everybody.html");
            callInAllDirections();

            List<CompletableFuture<Object>> inFlight = callWhatNeverAnswers();
            server.kill();
            for (CompletableFuture<Object> call : inFlight) {
                assertThat(call)
                        .failsWithin(Duration.ofSeconds(5))
                        .withThrowableThat()
                        .withCauseInstanceOf(XyNotConnectedException.class);
            }
            assertThat(page.evaluate("Promise.all(held)")).isEqualTo(List.of(503, 503));
            assertThat(client.state()).isNotEqualTo(State.CONNECTED);
            assertThat(page.evaluate("xy.state")).isNotEqualTo("open");

            startServer();
            page.waitForFunction("xy.state === 'open'");
            callInAllDirections();
        }
    }

    private Program startServer() {
        Program server = programs.java(App.class, "--server.port=" + port.number());
        server.awaitLine("ready", 1);
        return server;
    }

    /** The page offers the same. */
    private void offer(XyHandlers handlers) {
        handlers.register("double", Integer.class, n -> 2 * n);
        handlers.register("through", To.class, (to, peer) -> peer.await("to", to, XyPayload.class));
        handlers.register("hold", (name, payload, peer) -> new CompletableFuture<>());
        handlers.register("busy", (name, payload, peer) -> {
            throw new XyException(409, "busy").with("who", "java");
        });
        handlers.on("news", String.class, heard::add);
    }

    private void callInAllDirections() throws InterruptedException {
        await().untilAsserted(
                        () -> assertThat(client.await("present", TEXTS)).containsExactlyInAnyOrder("java", "browser"));

        assertThat(client.await("echo", 1, Integer.class)).isEqualTo(1); // client → server
        assertThat(page.evaluate("xy.call('echo', 1)")).isEqualTo(1); // browser → server
        To doubled = new To("browser", "double", 21);
        assertThat(client.await("to", doubled, Integer.class)).isEqualTo(42); // client → server → browser
        assertThat(callFromPage(new To("java", "double", 21))).isEqualTo(42); // browser → server → client
        To there = new To("browser", "through", new To("java", "double", 4));
        assertThat(client.await("to", there, Integer.class)).isEqualTo(8); // and back to where it came from
        To back = new To("java", "through", new To("browser", "double", 4));
        assertThat(callFromPage(back)).isEqualTo(8);

        XyException busy = catchThrowableOfType(
                XyException.class, () -> client.await("to", new To("browser", "busy", 1), Object.class));
        assertThat(busy.status()).isEqualTo(409);
        assertThat(busy.details()).isEqualTo(Map.of("who", "browser"));
        String ask = "xy.call('to', { who: 'java', function: 'busy', payload: 1 })";
        assertThat(page.evaluate(ask + ".catch((e) => e.status + e.details.who)"))
                .isEqualTo("409java");

        client.await("broadcast", Map.of("event", "news", "payload", "from java"), Void.class);
        page.evaluate("xy.call('broadcast', { event: 'news', payload: 'from the browser' })");
        for (String news : List.of("from java", "from the browser")) {
            assertThat(heard.take()).isEqualTo(news);
            assertThat(page.evaluate("heard.shift()")).isEqualTo(news);
        }
    }

    private Object callFromPage(To to) {
        return page.evaluate(
                "to => xy.call('to', to)", Map.of("who", to.who, "function", to.function, "payload", plain(to)));
    }

    private static Object plain(To to) {
        return to.payload instanceof To inner
                ? Map.of("who", inner.who, "function", inner.function, "payload", inner.payload)
                : to.payload;
    }

    private List<CompletableFuture<Object>> callWhatNeverAnswers() {
        List<CompletableFuture<Object>> held = new ArrayList<>();
        held.add(client.call("slow", 20_000, Object.class));
        held.add(client.call("to", new To("browser", "hold", 1), Object.class));
        page.evaluate("hold()");
        client.await("echo", 1, Integer.class); // so those before it have left
        return held;
    }
}
