package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyHandshake;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyRpc;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.config.annotation.EnableWebSocket;
import org.springframework.web.socket.config.annotation.EnableWebSocketMessageBroker;
import org.springframework.web.socket.config.annotation.StompEndpointRegistry;
import org.springframework.web.socket.config.annotation.WebSocketConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketHandlerRegistry;
import org.springframework.web.socket.config.annotation.WebSocketMessageBrokerConfigurer;
import org.springframework.web.socket.handler.TextWebSocketHandler;
import org.springframework.web.socket.server.HandshakeInterceptor;

/** Interceptors of the application's that are asked about handshakes, and what a peer shows of its handshake. */
@Tag("server")
@ExtendWith(OutputCaptureExtension.class)
class HandshakeInterceptorTests {

    static class Desk {

        @XyRpc
        Map<String, Object> attributes(XyPeer peer) {
            return new TreeMap<>(peer.attributes());
        }

        @XyRpc
        @Nullable
        String address(XyHandshake handshake) {
            return handshake.remoteAddress();
        }
    }

    /** Does what the request's header of its name says. */
    private static final class Doorman implements HandshakeInterceptor {

        private final String name;
        private final List<String> notes;

        Doorman(String name, List<String> notes) {
            this.name = name;
            this.notes = notes;
        }

        @Override
        public boolean beforeHandshake(
                ServerHttpRequest request,
                ServerHttpResponse response,
                WebSocketHandler handler,
                Map<String, Object> attributes) {
            notes.add(name + " before " + request.getURI().getPath() + " " + new TreeMap<>(attributes).keySet());
            String order = String.valueOf(request.getHeaders().getFirst(name));
            switch (order) {
                case "refuse":
                    return false;
                case "teapot":
                    response.setStatusCode(HttpStatus.I_AM_A_TEAPOT);
                    response.getHeaders().set("X-Refused-By", name);
                    return false;
                case "throw":
                    throw new IllegalStateException("the tenants are\nunknown");
                default:
                    attributes.put(name, order);
                    response.getHeaders().set("X-" + name, "seen");
                    return true;
            }
        }

        @Override
        public void afterHandshake(
                ServerHttpRequest request,
                ServerHttpResponse response,
                WebSocketHandler handler,
                @Nullable Exception failure) {
            notes.add(name + " after " + (failure == null ? "fine" : "failure"));
        }
    }

    /** What the doormen have noted. */
    static class Notes {
        final List<String> all = new CopyOnWriteArrayList<>();
    }

    @Configuration(proxyBeanMethods = false)
    static class Doormen {

        @Bean
        Notes notes() {
            return new Notes();
        }

        @Bean
        @Order(2)
        HandshakeInterceptor inner(Notes notes) {
            return new Doorman("inner", notes.all);
        }

        @Bean
        @Order(1)
        HandshakeInterceptor outer(Notes notes) {
            return new Doorman("outer", notes.all);
        }

        /** As for another endpoint. */
        @Bean(autowireCandidate = false)
        HandshakeInterceptor others(Notes notes) {
            return new Doorman("others", notes.all);
        }
    }

    /** Takes the next notes, of which some may come after the answer. */
    private static List<String> notes(App app, int number) {
        List<String> all = app.bean(Notes.class).all;
        await().until(() -> all.size() >= number);
        List<String> taken = List.copyOf(all);
        all.clear();
        return taken;
    }

    @Test
    void areAskedInTheirOrderAndTheirAttributesArrive() {
        try (App app = App.of(Desk.class, Doormen.class);
                RawClient client = app.handshake()
                        .header("outer", "north")
                        .header("inner", "7")
                        .header("Accept-Language", "de")
                        .open()) {
            assertThat(notes(app, 4))
                    .containsExactly(
                            "outer before /ws []", "inner before /ws [outer]", "inner after fine", "outer after fine");
            assertThat(client.call("attributes", "1").next()).endsWith("\"p\":{\"inner\":\"7\",\"outer\":\"north\"}}");
            assertThat(client.response().header("X-outer")).contains("seen");
            assertThat(client.response().header("X-inner")).contains("seen");
        }
    }

    @Test
    void refuseWithTheirStatusOrWith403AndTakeNoCapacity(CapturedOutput output) {
        try (App app = App.with("xy.websocket.max-sessions=1").start(Desk.class, Doormen.class)) {
            for (int i = 0; i < 3; i++) {
                assertThat(app.handshake().header("inner", "refuse").refused().status())
                        .isEqualTo(403);
            }
            assertThat(notes(app, 9).subList(0, 3))
                    .containsExactly("outer before /ws []", "inner before /ws [outer]", "outer after fine");
            Handshake.Response teapot =
                    app.handshake().header("outer", "teapot").refused();
            assertThat(teapot.status()).isEqualTo(418);
            assertThat(teapot.header("X-Refused-By")).contains("outer");
            assertThat(notes(app, 1)).containsExactly("outer before /ws []");
            assertThat(app.endpoint().peers()).isEmpty();
            try (RawClient client = app.connect()) {
                assertThat(client.call("attributes", "1").next()).contains("outer");
                notes(app, 4);
                assertThat(app.handshake().refused().status()).isEqualTo(503);
                assertThat(notes(app, 4))
                        .containsExactly(
                                "outer before /ws []",
                                "inner before /ws [outer]",
                                "inner after fine",
                                "outer after fine");
            }
        }
        assertThat(output).doesNotContain("A handshake failed");
    }

    @Test
    void areNotAskedAboutForeignOriginsOrTooManyTries() {
        try (App app =
                App.with("xy.websocket.rate-limit.handshakes-per-address=3/1h").start(Desk.class, Doormen.class)) {
            assertThat(app.handshake().origin("https://evil.example").refused().status())
                    .isEqualTo(403);
            assertThat(notes(app, 0)).isEmpty();
            app.connect().close();
            app.connect().close();
            assertThat(notes(app, 8)).hasSize(8);
            assertThat(app.handshake().refused().status()).isEqualTo(429);
            assertThat(notes(app, 0)).isEmpty();
        }
    }

    @Test
    void areAnsweredWith500AndOneLineIfTheyThrow(CapturedOutput output) {
        try (App app = App.with("xy.websocket.max-sessions=1").start(Desk.class, Doormen.class)) {
            for (int i = 0; i < 5; i++) {
                assertThat(app.handshake().header("inner", "throw").refused().status())
                        .isEqualTo(500);
            }
            assertThat(notes(app, 15).subList(0, 3))
                    .containsExactly("outer before /ws []", "inner before /ws [outer]", "outer after failure");
            try (RawClient client = app.connect()) {
                assertThat(client.call("attributes", "1").next()).contains("outer");
            }
        }
        assertThat(output.toString().lines().filter(line -> line.contains("the tenants are")))
                .singleElement()
                .asString()
                .contains("ERROR", "A handshake failed and was answered with 500", "the tenants are?unknown");
        assertThat(output).doesNotContain("\tat io.xywebsocket");
    }

    // ---- beside WebSockets of the application's own

    @Configuration(proxyBeanMethods = false)
    @EnableWebSocket
    @EnableWebSocketMessageBroker
    static class OwnEndpoints implements WebSocketConfigurer, WebSocketMessageBrokerConfigurer {

        static final List<String> NOTES = new CopyOnWriteArrayList<>();

        @Override
        public void registerWebSocketHandlers(WebSocketHandlerRegistry registry) {
            registry.addHandler(
                            new TextWebSocketHandler() {
                                @Override
                                protected void handleTextMessage(WebSocketSession session, TextMessage message)
                                        throws Exception {
                                    session.sendMessage(new TextMessage("" + session.getAttributes()));
                                }
                            },
                            "/own")
                    .addInterceptors(new Doorman("own", NOTES));
        }

        @Override
        public void registerStompEndpoints(StompEndpointRegistry registry) {
            registry.addEndpoint("/stomp").addInterceptors(new Doorman("stomp", NOTES));
        }
    }

    @Test
    void leaveTheApplicationsOwnEndpointsAlone() {
        OwnEndpoints.NOTES.clear();
        try (App app = App.of(Desk.class, Doormen.class, OwnEndpoints.class);
                RawClient own = app.handshake().path("/own").open();
                RawClient stomp =
                        app.handshake().path("/stomp").protocols("v12.stomp").open()) {
            assertThat(own.ask("hi")).isEqualTo("{own=null}");
            assertThat(stomp.ask("CONNECT\naccept-version:1.2\nhost:localhost\n\n\0"))
                    .startsWith("CONNECTED\n");
            await().until(() -> OwnEndpoints.NOTES.size() == 4);
            assertThat(notes(app, 0)).isEmpty();
            assertThat(OwnEndpoints.NOTES)
                    .containsExactlyInAnyOrder( // "after" comes behind the response, so perhaps behind the next request
                            "own before /own []", "own after fine", "stomp before /stomp []", "stomp after fine");
            try (RawClient client = app.connect()) {
                assertThat(client.call("attributes", "1").next())
                        .endsWith("\"p\":{\"inner\":\"null\",\"outer\":\"null\"}}");
            }
            assertThat(notes(app, 4)).hasSize(4);
            assertThat(OwnEndpoints.NOTES).hasSize(4);
        }
    }

    // ---- what a peer shows

    @Test
    void attributesAreTheApplicationsAlone() {
        try (App app = App.secured().start(Desk.class, Staff.class)) {
            String session = Staff.login(app, "ada");
            try (RawClient client = app.handshake()
                    .header("Cookie", session)
                    .header("Accept-Language", "de-CH")
                    .open()) {
                assertThat(client.call("attributes", "1").next()).endsWith("\"p\":{}}");
                app.request("POST", "/logout", "Cookie", session);
                assertThat(client.closing()).isEqualTo(new RawClient.Closing(4401, "the session has ended"));
            }
        }
    }

    @Test
    void theAddressIsThatOfTheConnection() throws UnknownHostException {
        try (App app = App.of(Desk.class);
                RawClient client =
                        app.handshake().header("X-Forwarded-For", "203.0.113.9").open()) {
            String address =
                    Json.of(client.call("address", "1").next()).path("p").asText();
            assertThat(InetAddress.getByName(address).isLoopbackAddress()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"framework", "native"})
    void orThatWhichAProxyForwards(String strategy) {
        try (App app = App.with("server.forward-headers-strategy=" + strategy).start(Desk.class);
                RawClient client =
                        app.handshake().header("X-Forwarded-For", "203.0.113.9").open()) {
            assertThat(client.call("address", "1").next()).endsWith("\"p\":\"203.0.113.9\"}");
        }
    }
}
