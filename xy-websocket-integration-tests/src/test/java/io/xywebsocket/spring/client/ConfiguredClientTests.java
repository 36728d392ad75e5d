package io.xywebsocket.spring.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyCallTimeoutException;
import io.xywebsocket.XyEvent;
import io.xywebsocket.XyHandshake;
import io.xywebsocket.XyNotConnectedException;
import io.xywebsocket.XyPayload;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyPeers;
import io.xywebsocket.XyRpc;
import io.xywebsocket.client.XyClient;
import io.xywebsocket.spring.XyClientHandler;
import io.xywebsocket.spring.XyDisconnectedEvent;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;

class ConfiguredClientTests {

    record Box(String boxLabel) {}

    static class Depot {
        final List<Integer> closeCodes = new CopyOnWriteArrayList<>();

        @XyRpc
        String header(String name, XyHandshake handshake) {
            return String.join(
                    ",",
                    handshake.headers().entrySet().stream()
                            .filter(header -> header.getKey().equalsIgnoreCase(name))
                            .flatMap(header -> header.getValue().stream())
                            .toList());
        }

        @XyRpc
        CompletableFuture<String> never() {
            return new CompletableFuture<>();
        }

        @XyRpc
        String text(XyPayload payload) {
            return payload.json();
        }

        @XyRpc
        String ask(XyPeer peer) {
            return peer.await("thread", String.class);
        }

        @XyEvent
        void leave(XyPeer peer) {
            peer.close(4000, "as you wish");
        }

        @EventListener
        void gone(XyDisconnectedEvent event) {
            closeCodes.add(event.code());
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import({Depot.class, News.class})
    static class Beans {}

    @Configuration(proxyBeanMethods = false)
    @Import(News.class)
    static class ClientBeans {}

    private static final Applications servers = new Applications();
    private static ConfigurableApplicationContext server;
    private static String url;

    private final Applications applications = new Applications();

    @BeforeAll
    static void startServer() {
        server = servers.server(Beans.class);
        url = Applications.url(server);
    }

    @AfterAll
    static void stopServer() {
        servers.close();
    }

    @AfterEach
    void stopApplications() {
        applications.close();
    }

    private static XyClient connected(ConfigurableApplicationContext application) throws Exception {
        XyClient client = application.getBean(XyClient.class);
        client.connect().get(10, TimeUnit.SECONDS);
        return client;
    }

    @Test
    void connectsWithTheApplicationAndClosesWithIt() {
        ConfigurableApplicationContext application =
                applications.plain(ClientBeans.class, "xy.websocket.client.url=" + url);
        XyClient client = application.getBean(XyClient.class);
        News news = application.getBean(News.class);
        List<Integer> closeCodes = server.getBean(Depot.class).closeCodes;
        closeCodes.clear();
        await().until(() -> client.state() == XyClient.State.CONNECTED);
        await().untilAsserted(() -> assertThat(news.heard).containsExactly(" connected: true"));
        assertThat(client.<String>await("text", Map.of("a", 1), String.class)).isEqualTo("{\"a\":1}");

        application.close();

        assertThat(client.state()).isEqualTo(XyClient.State.CLOSED);
        assertThat(news.heard).containsExactly(" connected: true", " disconnected: 1000");
        await().untilAsserted(() -> assertThat(closeCodes).containsExactly(1000));
    }

    @Test
    void connectsAgainAndSaysSo() throws Exception {
        ConfigurableApplicationContext application = applications.plain(
                ClientBeans.class, "xy.websocket.client.url=" + url, "xy.websocket.client.backoff.max=100ms");
        XyClient client = connected(application);

        List<String> heard = application.getBean(News.class).heard;
        await().untilAsserted(() -> assertThat(heard).containsExactly(" connected: true"));

        client.send("leave");

        await().untilAsserted(() -> assertThat(heard)
                .containsExactlyInAnyOrder(
                        " connected: true", " disconnected: 4000", " retrying: 0", " connected: true"));
        assertThat(heard).first().isEqualTo(" connected: true");
    }

    @Test
    void staysAwayAfterAnIdleCloseUntilTheNextCall() throws Exception {
        ConfigurableApplicationContext application =
                applications.plain(ClientBeans.class, "xy.websocket.client.url=" + url);
        XyClient client = connected(application);
        XyPeers peers = server.getBean(XyPeers.class);
        await().until(() -> {
            peers.forEach(peer -> peer.close(1000, "idle")); // the client may know of it before the server
            return client.state() == XyClient.State.DORMANT;
        });
        List<String> heard = application.getBean(News.class).heard;
        await().untilAsserted(() -> assertThat(heard).containsExactly(" connected: true", " disconnected: 1000"));
        assertThat(client.<String>await("text", 1, String.class)).isEqualTo("1");
    }

    @Test
    void staysAwayWhenTheLoginOfATokenHasEndedThatIsAlwaysTheSame() throws Exception {
        XyClient client = connected(applications.plain(
                ClientBeans.class, "xy.websocket.client.url=" + url, "xy.websocket.client.token=always the same\n"));
        assertThat(client.peer().orElseThrow().handshake().header("Authorization"))
                .contains("Bearer always the same");
        XyPeers peers = server.getBean(XyPeers.class);
        await().until(() -> {
            peers.forEach(peer -> peer.close(4401, "expired")); // the client may know of it before the server
            return client.state() == XyClient.State.DORMANT;
        });
    }

    @Test
    void keepsItsConnectionWhileTheContextIsStoppedToBeStartedAgain() throws Exception {
        ConfigurableApplicationContext application =
                applications.plain(ClientBeans.class, "xy.websocket.client.url=" + url);
        XyClient client = connected(application);

        application.stop();
        application.start();

        assertThat(client.state()).isEqualTo(XyClient.State.CONNECTED);
        assertThat(client.<String>await("text", 1, String.class)).isEqualTo("1");
    }

    @Test
    void sendsHeadersTokenAndSubProtocolsWithTheHandshake() throws Exception {
        XyClient client = connected(applications.plain(
                ClientBeans.class,
                "xy.websocket.client.url=" + url,
                "xy.websocket.client.headers.X-Tenant=north",
                "xy.websocket.client.token=t0ken",
                "xy.websocket.client.sub-protocols=xy,other"));

        assertThat(client.<String>await("header", "X-Tenant", String.class)).isEqualTo("north");
        assertThat(client.<String>await("header", "Authorization", String.class))
                .isEqualTo("Bearer t0ken");
        assertThat(client.<String>await("header", "Sec-WebSocket-Protocol", String.class)
                        .replace(" ", ""))
                .isEqualTo("xy,other");
    }

    @Test
    void waitsForAnswersAsLongAsThePropertySays() throws Exception {
        XyClient client = connected(applications.plain(
                ClientBeans.class, "xy.websocket.client.url=" + url, "xy.websocket.client.call-timeout=50ms"));

        assertThatThrownBy(() -> client.await("never", String.class)).isInstanceOf(XyCallTimeoutException.class);
    }

    @Test
    void speaksWithThePrefixesOfTheProperties() throws Exception {
        ConfigurableApplicationContext other = applications.server(
                Beans.class, "xy.websocket.protocol.call-prefix=call:", "xy.websocket.protocol.resolve-prefix=ok:");
        XyClient client = connected(applications.plain(
                ClientBeans.class,
                "xy.websocket.client.url=" + Applications.url(other),
                "xy.websocket.client.protocol.call-prefix=call:",
                "xy.websocket.client.protocol.resolve-prefix=ok:"));

        assertThat(client.<String>await("text", 1, String.class)).isEqualTo("1");
    }

    @Test
    void givesUpAfterSoManyTries() {
        ConfigurableApplicationContext application = applications.plain(
                ClientBeans.class,
                "xy.websocket.client.url=" + url + "/nowhere",
                "xy.websocket.client.backoff.min=1ms",
                "xy.websocket.client.backoff.max=1ms",
                "xy.websocket.client.max-tries=2");
        XyClient client = application.getBean(XyClient.class);

        await().until(() -> client.state() == XyClient.State.CLOSED);
        await().untilAsserted(() ->
                assertThat(application.getBean(News.class).heard).containsExactly(" retrying: 1", " gave up: CLOSED"));
        application.stop();
        application.start();
        assertThatThrownBy(() -> client.await("text", String.class)).isInstanceOf(XyNotConnectedException.class);
    }

    @Test
    void bindsPayloadsByTheApplicationsOwnMapper() throws Exception {
        XyClient client = connected(applications.plain(
                ClientBeans.class,
                "xy.websocket.client.url=" + url,
                "spring.jackson.property-naming-strategy=SNAKE_CASE"));

        assertThat(client.<String>await("text", new Box("b1"), String.class)).isEqualTo("{\"box_label\":\"b1\"}");
    }

    @Configuration(proxyBeanMethods = false)
    @Import({News.class, ThreadFunctions.class})
    static class ExecutorBeans {
        @Bean(destroyMethod = "shutdownNow")
        ExecutorService threads() {
            return Executors.newCachedThreadPool(task -> new Thread(task, "ours"));
        }

        @Bean
        Executor xyWebSocketExecutor(ExecutorService threads) {
            return threads::execute;
        }
    }

    @XyClientHandler
    static class ThreadFunctions {
        @XyRpc
        String thread() {
            return Thread.currentThread().getName();
        }
    }

    @Test
    void runsItsHandlersOnTheApplicationsExecutor() throws Exception {
        XyClient client = connected(applications.plain(ExecutorBeans.class, "xy.websocket.client.url=" + url));

        assertThat(client.<String>await("ask", String.class)).isEqualTo("ours");
    }
}
