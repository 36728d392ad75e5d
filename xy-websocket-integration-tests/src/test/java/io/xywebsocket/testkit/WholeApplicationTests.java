package io.xywebsocket.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xywebsocket.XyHandlers;
import io.xywebsocket.engine.XyEndpoint;
import io.xywebsocket.test.XyTestClock;
import io.xywebsocket.test.XyTestPeer;
import io.xywebsocket.test.XyTestPeers;
import io.xywebsocket.testkit.Shop.Database;
import io.xywebsocket.testkit.Shop.Doorman;
import io.xywebsocket.testkit.Shop.Item;
import io.xywebsocket.testkit.Shop.Level;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.test.annotation.DirtiesContext.HierarchyMode;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.TestContextManager;

/** The kit in tests that start the whole application. */
class WholeApplicationTests {

    abstract static class Whole {

        @Autowired
        ApplicationContext application;

        @Autowired
        XyTestPeers peers;

        @Test
        void everythingIsThereAndPeersConnectInMemory() {
            XyTestPeer peer = peers.connect();

            assertThat(peer.await("stock.level", "A-1", Level.class)).isEqualTo(new Level("A-1", 12));
            assertThat(application.getBeanProvider(Database.class)).hasSize(1);
            assertThat(application.getBean(Doorman.class).seen).contains("in " + peer.id());
            assertThat(application.getBeanProvider(XyEndpoint.class)).hasSize(1);
        }

        @Test
        void timeIsTheMachines() {
            assertThat(application.getBeanProvider(XyTestClock.class)).isEmpty();
            assertThat(application.getBean(XyEndpoint.class).clock()).isNotInstanceOf(XyTestClock.class);
        }
    }

    @Nested
    @SpringBootTest(webEnvironment = WebEnvironment.NONE)
    class WithoutAWebServer extends Whole {}

    @Nested
    @SpringBootTest
    class WithAMockedWebServer extends Whole {}

    @Nested
    @SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
    class WithAWebServer extends Whole {

        @Test
        void theEndpointIsTheOneBehindThePort() throws Exception {
            String port = application.getEnvironment().getProperty("local.server.port");
            CompletableFuture<?> refused = HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .buildAsync(URI.create("ws://localhost:" + port + "/ws"), new WebSocket.Listener() {});

            assertThatThrownBy(refused::join)
                    .as("Spring Security is at work")
                    .hasMessageContaining("WebSocketHandshake");
            assertThat(application.getBeanNamesForType(XyEndpoint.class)).containsExactly("xyEndpoint");
        }
    }

    @Nested
    @SpringBootTest
    @Import(XyTestClock.class)
    class WithAClockOfTheTests {

        @Test
        void timeIsTheTests(@Autowired XyTestPeers peers, @Autowired XyTestClock clock) {
            XyTestPeer peer = peers.connect();
            CompletableFuture<Boolean> taken = peer.call("stock.take", new Item("A-1", 5), Boolean.class);
            peer.awaitCall("confirm");

            clock.advance(Duration.ofSeconds(5));

            assertThatThrownBy(taken::join).hasRootCauseMessage("No answer from 'confirm' within 5000 ms");
        }
    }

    @Nested
    @SpringBootTest(
            properties = {"xy.websocket.enabled=false", "spring.main.lazy-initialization=true"},
            webEnvironment = WebEnvironment.NONE)
    class WithoutAnEndpoint {

        @Test
        void thereAreNoPeers(@Autowired ApplicationContext application) {
            assertThat(application.getBeanProvider(XyTestPeers.class)).isEmpty();
        }
    }

    @Test
    void anApplicationThatATestStartsByItselfIsAsInRealLife() {
        try (ConfigurableApplicationContext application = new SpringApplicationBuilder(ShopApplication.class)
                .web(WebApplicationType.NONE)
                .properties("spring.main.lazy-initialization=true")
                .run()) {
            assertThat(application.getBean(XyHandlers.class)).isNotNull();
            assertThat(application.getBeanNamesForType(XyTestPeers.class)).isEmpty();
        }
    }

    /** Not a test itself. */
    @SpringBootTest(webEnvironment = WebEnvironment.NONE)
    @Import(XyTestClock.class)
    static class Ending {}

    @Test
    void peersLeaveAnApplicationThatEndsBeforeItsHandlersAreWaitedFor() throws Exception {
        TestContext test = new TestContextManager(Ending.class).getTestContext();
        XyTestPeer peer =
                test.getApplicationContext().getBean(XyTestPeers.class).connect();
        CompletableFuture<Boolean> taken = peer.call("stock.take", new Item("A-1", 5), Boolean.class);
        peer.awaitCall("confirm");

        test.markApplicationContextDirty(HierarchyMode.EXHAUSTIVE);

        assertThat(peer.awaitEnd().code()).as("the peer has left by itself").isEqualTo(1000);
        assertThat(taken).as("told on the test's executor").failsWithin(Duration.ofSeconds(10));
    }
}
