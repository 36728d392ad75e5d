package io.xywebsocket.spring.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.client.XyClient;
import io.xywebsocket.spring.XyClientRetryingEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.EventListener;

/** Configured clients whose servers say nothing. */
class SilentServerTests {

    static class Causes {
        final List<String> heard = new CopyOnWriteArrayList<>();

        @EventListener
        void again(XyClientRetryingEvent event) {
            heard.add(event.cause().getMessage());
        }
    }

    private final Applications applications = new Applications();

    @AfterEach
    void stopApplications() {
        applications.close();
    }

    @Test
    void eachTryTakesAsLongAsThePropertySays() throws Exception {
        try (SilentServer server = new SilentServer(false)) {
            ConfigurableApplicationContext application = applications.plain(
                    Causes.class,
                    "xy.websocket.client.url=" + server.url(),
                    "xy.websocket.client.connect-timeout=50ms");

            await().untilAsserted(() ->
                    assertThat(application.getBean(Causes.class).heard).contains("no connection within 50 ms"));
        }
    }

    @Test
    void aServerThatAnswersNoPingIsGivenUpAfterTheIntervalOfTheProperty() throws Exception {
        try (SilentServer server = new SilentServer(true)) {
            ConfigurableApplicationContext application = applications.plain(
                    News.class,
                    "xy.websocket.client.url=" + server.url(),
                    "xy.websocket.client.heartbeat-interval=100ms");

            await().untilAsserted(() ->
                    assertThat(application.getBean(News.class).heard).contains(" disconnected: 1006"));
        }
    }

    @Test
    void closingSeveralClientsTakesAsLongAsClosingOne() throws Exception {
        try (SilentServer server = new SilentServer(true)) {
            ConfigurableApplicationContext application = applications.plain(
                    News.class,
                    "xy.websocket.clients.a.url=" + server.url(),
                    "xy.websocket.clients.b.url=" + server.url(),
                    "xy.websocket.clients.c.url=" + server.url(),
                    "xy.websocket.clients.d.url=" + server.url());
            await().until(() -> application.getBeanProvider(XyClient.class).stream()
                    .allMatch(client -> client.state() == XyClient.State.CONNECTED));
            News news = application.getBean(News.class);

            long begun = System.nanoTime();
            application.close();

            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(3)); // one takes 1 s
            assertThat(news.heard)
                    .filteredOn(each -> each.contains("disconnected"))
                    .hasSize(4);
        }
    }

    @Test
    void aClientThatIsTooSlowHasAPolicyOfItsOwn() throws Exception {
        try (SilentServer server = new SilentServer(true)) {
            ConfigurableApplicationContext application = applications.plain(
                    Causes.class,
                    "xy.websocket.slow-peers=drop-newest",
                    "xy.websocket.client.url=" + server.url(),
                    "xy.websocket.clients.north.url=" + server.url(),
                    "xy.websocket.clients.north.slow-peers=drop-newest");
            XyClient client = filled(application.getBean("xyClient", XyClient.class));
            XyClient north = filled(application.getBean("northXyClient", XyClient.class));

            assertThat(client.statistics().droppedPeers()).isEqualTo(1);
            assertThat(client.statistics().droppedEvents()).isZero();
            assertThat(north.statistics().droppedPeers()).isZero();
            assertThat(north.statistics().droppedEvents()).isEqualTo(1);
        }
    }

    /** Sends to a server that doesn't read until an event is refused. */
    private static XyClient filled(XyClient client) throws Exception {
        client.connect().get(10, TimeUnit.SECONDS);
        String text = "x".repeat(100_000);
        int sent = 0;
        while (client.send("e", text)) {
            assertThat(++sent).isLessThan(1000);
        }
        return client;
    }
}
