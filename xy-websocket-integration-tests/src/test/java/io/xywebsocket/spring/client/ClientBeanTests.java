package io.xywebsocket.spring.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyHandshake;
import io.xywebsocket.XyPayload;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyPeers;
import io.xywebsocket.XyRpc;
import io.xywebsocket.client.XyClient;
import io.xywebsocket.spring.XyClientCustomizer;
import io.xywebsocket.spring.XyClientHandler;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

class ClientBeanTests {

    static class Depot {
        @XyRpc
        String header(String name, XyHandshake handshake) {
            return String.join(",", handshake.headers().getOrDefault(name, List.of()));
        }

        @XyRpc
        String text(XyPayload payload) {
            return payload.json();
        }

        @XyRpc
        String ask(String function, XyPeer peer) {
            return peer.await(function, String.class);
        }
    }

    @XyClientHandler
    static class Named {
        @XyRpc
        String named() {
            return "named";
        }
    }

    private static final Applications servers = new Applications();
    private static ConfigurableApplicationContext server;
    private static String url;

    private final Applications applications = new Applications();

    @BeforeAll
    static void startServer() {
        server = servers.server(Depot.class);
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

    @Configuration(proxyBeanMethods = false)
    @Import(News.class)
    static class SeveralBeans {
        @Bean
        Map<String, XyClient> seen(
                XyClient plain, @Qualifier("north") XyClient north, @Qualifier("south-2") XyClient south) {
            return Map.of("plain", plain, "north", north, "south", south);
        }

        @Bean
        XyClientCustomizer tenants() {
            return (name, client) -> client.header("X-Tenant", "tenant of " + name);
        }
    }

    @Test
    void qualifiesNamedClientsByTheirNamesAndCustomizesEachOfThem() {
        ConfigurableApplicationContext application = applications.plain(
                SeveralBeans.class,
                "xy.websocket.client.url=" + url,
                "xy.websocket.clients.north.url=" + url,
                "xy.websocket.clients.north.wait-for-connection=true",
                "xy.websocket.clients.south-2.url=" + url,
                "xy.websocket.clients.south-2.wait-for-connection=true",
                "xy.websocket.clients.south-2.headers.X-Tenant=overridden");
        @SuppressWarnings("unchecked")
        Map<String, XyClient> seen = application.getBean("seen", Map.class);

        assertThat(application.getBeansOfType(XyClient.class))
                .containsOnlyKeys("xyClient", "northXyClient", "south-2XyClient")
                .containsEntry("northXyClient", seen.get("north"))
                .containsEntry("xyClient", seen.get("plain"));
        assertThat(seen.get("north").<String>await("header", "X-Tenant", String.class))
                .isEqualTo("tenant of north");
        assertThat(seen.get("south").<String>await("header", "X-Tenant", String.class))
                .isEqualTo("tenant of south-2");
        await().untilAsserted(() -> assertThat(application.getBean(News.class).heard)
                .containsExactlyInAnyOrder(" connected: true", "north connected: true", "south-2 connected: true"));
    }

    @Configuration(proxyBeanMethods = false)
    @Import({News.class, Named.class})
    static class OwnBean {
        @Bean
        XyClient xyClient() {
            return XyClient.builder(URI.create("ws://localhost:1/own"))
                    .backoff(Duration.ofSeconds(1), Duration.ofSeconds(2))
                    .build();
        }
    }

    @Test
    void givesWayToABeanOfTheSameNameButConnectsItAndOffersItTheHandlers() {
        ConfigurableApplicationContext application =
                applications.plain(OwnBean.class, "xy.websocket.client.url=" + url);
        XyClient client = application.getBean(XyClient.class);

        await().untilAsserted(
                        () -> assertThat(application.getBean(News.class).heard).contains(" retrying: 1"));
        assertThatThrownBy(() -> client.handlers().register("named", (name, payload, peer) -> null))
                .isInstanceOf(IllegalStateException.class);
    }

    @XyClientHandler({"", "north"})
    static class ForBoth {
        @XyRpc
        String where() {
            return "here";
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import({News.class, ForBoth.class})
    static class OwnBeansOnly {
        private static XyClient client() {
            return XyClient.builder(URI.create(url)).waitForConnection(true).build();
        }

        @Bean(destroyMethod = "")
        XyClient xyClient() {
            return client();
        }

        @Bean(destroyMethod = "")
        XyClient northXyClient() {
            return client();
        }

        @Bean(destroyMethod = "")
        XyClient another() {
            return client();
        }
    }

    @Test
    void takesBeansOfTheApplicationThatNoPropertyTellsOf() {
        ConfigurableApplicationContext application = applications.plain(OwnBeansOnly.class);
        Map<String, XyClient> clients = application.getBeansOfType(XyClient.class);
        XyClient north = application.getBean("northXyClient", XyClient.class);
        News news = application.getBean(News.class);

        assertThat(north.<String>await("ask", "where", String.class)).isEqualTo("here");
        await().untilAsserted(() ->
                assertThat(news.heard).containsExactlyInAnyOrder(" connected: true", "north connected: true"));
        assertThat(application.getBean("another", XyClient.class).state()).isEqualTo(XyClient.State.NEW);
        application.close();

        assertThat(news.heard).contains(" disconnected: 1000", "north disconnected: 1000");
        assertThat(clients.get("xyClient").state()).isEqualTo(XyClient.State.CLOSED);
        assertThat(clients.get("another").state()).isEqualTo(XyClient.State.NEW);
        clients.get("another").close();
    }

    @Test
    void anApplicationCanBeServerAndClient() throws Exception {
        ConfigurableApplicationContext both = applications.server(Depot.class, "xy.websocket.client.url=" + url);
        XyClient client = connected(both);
        assertThat(client.<String>await("text", 1, String.class)).isEqualTo("1");

        XyClient downstream =
                connected(applications.plain(News.class, "xy.websocket.client.url=" + Applications.url(both)));

        assertThat(downstream.<String>await("text", 2, String.class)).isEqualTo("2");
        assertThat(both.getBean(XyPeers.class).size()).isOne();
    }
}
