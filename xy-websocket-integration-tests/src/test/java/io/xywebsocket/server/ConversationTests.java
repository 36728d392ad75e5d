package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.xywebsocket.XyFunction;
import io.xywebsocket.XyHandlers;
import io.xywebsocket.XyListener;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyPeers;
import io.xywebsocket.XyRegistration;
import io.xywebsocket.XyRpc;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("server")
class ConversationTests {

    private static App app;

    private RawClient client;

    interface Questions {
        @XyRpc
        String answer(String question);
    }

    static class Askers {

        @XyRpc
        String askInTime(int millis, XyPeer peer) {
            return peer.withTimeout(Duration.ofMillis(millis)).await("answer", String.class);
        }

        @XyRpc
        CompletableFuture<String> askLater(String question, XyPeer peer) {
            return peer.call("answer", question, String.class).thenApply(answer -> "they said " + answer);
        }

        @XyRpc
        String askTyped(String question, XyPeer peer) {
            return peer.proxy(Questions.class).answer(question);
        }

        @XyRpc
        int count(XyPeer peer) {
            return ((AtomicInteger) peer.attributes().computeIfAbsent("count", name -> new AtomicInteger()))
                    .incrementAndGet();
        }

        @XyRpc
        Map<String, @Nullable Object> handshake(XyPeer peer) {
            Map<String, @Nullable Object> seen = new LinkedHashMap<>();
            seen.put("query", peer.handshake().uri().getQuery());
            seen.put("path", peer.handshake().uri().getPath());
            seen.put("colour", peer.handshake().header("x-colour").orElse(null));
            seen.put("principal", peer.principal());
            return seen;
        }

        @XyRpc
        boolean hangUp(XyPeer peer) {
            peer.close(4001, "enough");
            return peer.send("too late");
        }
    }

    @BeforeAll
    static void start() {
        app = App.of(Functions.class, Askers.class);
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @BeforeEach
    void connect() {
        client = app.connect();
    }

    @AfterEach
    void disconnect() {
        client.close();
        await().until(() -> app.endpoint().statistics().peers() == 0
                && app.endpoint().statistics().closing() == 0);
        app.lifeCycle().forget();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"e":"c.add","p":{"a":2,"b":3},"id":"x"}            | {"e":"resolve.add","id":"x","p":5}
                    {"id":"x","p":{"b":3,"a":2},"e":"c.add"}            | {"e":"resolve.add","id":"x","p":5}
                    {"v":[1],"e":"c.add","p":{"a":2,"b":3,"c":0},"id":"x","w":{}} | {"e":"resolve.add","id":"x","p":5}
                    {"e":"c.order","p":{"sku":"pen","amount":2},"id":1} | {"e":"resolve.order","id":1,"p":"2 of pen"}
                    {"e":"c.text.later","p":"é€😀","id":1}               | {"e":"resolve.text.later","id":1,"p":"é€😀, later"}
                    {"e":"c.nothing","id":1}                            | {"e":"resolve.nothing","id":1}
                    {"e":"c.nil","id":1}                                | {"e":"resolve.nil","id":1,"p":null}
                    {"e":"c.echo","p":null,"id":1}                      | {"e":"resolve.echo","id":1,"p":null}
                    {"e":"c.echo","id":1}                               | {"e":"resolve.echo","id":1,"p":null}
                    {"e":"c.conflict","id":1}                           | {"e":"reject.conflict","id":1,"p":{"ok":false,"status":409,"message":"conflict","code":"E42"}}
                    """)
    void answersCalls(String call, String answer) {
        assertThat(client.ask(call)).isEqualTo(answer);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1",
                "1.50",
                "-0",
                "1e5",
                "true",
                "null",
                "\"\"",
                "\"\\u0041\\n\"",
                "{ \"a\" : [1, {}] }",
                "12345678901234567890"
            })
    void repeatsIdsUnreadWhateverTheyAre(String id) {
        assertThat(client.ask("{\"e\":\"c.nothing\",\"id\":" + id + "}"))
                .isEqualTo("{\"e\":\"resolve.nothing\",\"id\":" + id + "}");
    }

    @Test
    void handlesEvents() {
        client.event("note", "\"one\"").event("note", "\"two\"");

        assertThat(Json.payload(client.call("notes", "null").next()).toString()).endsWith("\"one\",\"two\"]");
    }

    @Test
    void offersFunctionsAndListenersAtRunTime() {
        XyHandlers handlers = app.bean(XyHandlers.class);
        List<String> heard = new CopyOnWriteArrayList<>();
        XyRegistration listening =
                handlers.on("temp.heard", String.class, (String text, XyPeer peer) -> heard.add(text + peer.isOpen()));
        XyRegistration offering = handlers.register("temp", Integer.class, (Integer number) -> number * 2);

        client.event("temp.heard", "\"a\"");
        assertThat(client.call("temp", "21").next()).endsWith("\"p\":42}");
        assertThatThrownBy(() -> handlers.register("temp", (name, payload, peer) -> 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("'temp'");
        offering.close();
        listening.close();

        client.event("temp.heard", "\"b\"");
        assertThat(client.call("temp", "21").next()).contains("\"status\":404");
        assertThat(heard).containsExactly("atrue");
        handlers.register("temp", Integer.class, (Integer number, XyPeer peer) -> number * 3);
        assertThat(client.call("temp", "21").next()).endsWith("\"p\":63}");
        assertThat(handlers.unregister("temp")).isTrue();
        assertThat(handlers.unregister("temp")).isFalse();
    }

    @Test
    void handsToTheFallbackWhatNobodyAnswersOrHears() {
        XyHandlers handlers = app.bean(XyHandlers.class);
        List<String> heard = new CopyOnWriteArrayList<>();

        try (XyRegistration fallback = handlers.fallback(
                        (XyFunction) (name, payload, peer) -> name + payload.json() + payload.isPresent());
                XyRegistration unhandled =
                        handlers.onUnhandled((XyListener) (name, payload, peer) -> heard.add(name))) {
            client.event("who?", "1").event("note", "\"heard by another\"");
            assertThat(client.call("what?", "[1]").next()).endsWith("\"p\":\"what?[1]true\"}");
            assertThat(client.call("echo", "1").next()).endsWith("\"p\":1}");
        }

        assertThat(heard).containsExactly("who?");
        assertThat(client.call("what?", "[1]").next()).contains("\"status\":404");
    }

    @Test
    void callsAFunctionOfTheClient() {
        String question = client.call("ask", "\"why?\"").next();

        assertThat(question).matches("\\{\"e\":\"c\\.answer\",\"p\":\"why\\?\",\"id\":\"[^\"]+\",\"ttl\":5000}");
        assertThat(client.ask(Json.resolve(question, "\"because\"")))
                .isEqualTo("{\"e\":\"resolve.ask\",\"id\":\"ask\",\"p\":\"they say because\"}");
    }

    @Test
    void callsAFunctionOfTheClientWithoutHoldingAThread() {
        String question = client.call("askLater", "\"why?\"").next();

        assertThat(client.ask(Json.resolve(question, "\"because\""))).endsWith("\"p\":\"they said because\"}");
    }

    @Test
    void callsAFunctionOfTheClientByItsContract() {
        String question = client.call("askTyped", "\"why?\"").next();

        assertThat(question).startsWith("{\"e\":\"c.answer\",\"p\":\"why?\"");
        assertThat(client.ask(Json.resolve(question, "\"because\""))).endsWith("\"p\":\"because\"}");
    }

    @Test
    void passesARejectionOfTheClientOnAsItWas() {
        String question = client.call("ask", "\"why?\"").next();
        String rejection = "{\"ok\":false, \"status\":418,\"message\":\"no tea\",\"more\":[1,{\"a\":null}]}";

        assertThat(client.ask(Json.reject(question, rejection)))
                .isEqualTo("{\"e\":\"reject.ask\",\"id\":\"ask\",\"p\":" + rejection + "}");
    }

    @Test
    void givesUpOnAClientThatNeverAnswers() {
        client.call("askInTime", "100");
        String question = client.next();

        assertThat(question).matches("\\{\"e\":\"c\\.answer\",\"id\":\"[^\"]+\",\"ttl\":100}");
        assertThat(Json.payload(client.next()).path("status").asInt()).isEqualTo(504);
        long unmatched = app.endpoint().statistics().unmatchedAnswers();
        client.send(Json.resolve(question, "\"late\""));
        assertThat(client.call("echo", "1").next()).endsWith("\"p\":1}");
        assertThat(app.endpoint().statistics().unmatchedAnswers()).isEqualTo(unmatched + 1);
        assertThat(app.endpoint().statistics().pendingCalls()).isZero();
    }

    @Test
    void failsACallToAClientThatHasGoneAtOnce() {
        XyPeer peer = app.lifeCycle().connected();
        CompletableFuture<String> call = peer.call("answer", String.class);
        client.next();

        client.vanish();

        assertThat(call.handle((answer, error) -> error))
                .succeedsWithin(Duration.ofSeconds(2))
                .satisfies(error -> assertThat(error).hasMessageContaining("Not connected: 'answer'"));
        assertThat(peer.isOpen()).isFalse();
        assertThat(peer.send("note")).isFalse();
    }

    @Test
    void sendsPayloadsOfEveryKind() {
        XyPeer peer = app.lifeCycle().connected();

        peer.send("a");
        peer.send("b", null);
        peer.send("c", Map.of("x", List.of(1, 2)));
        peer.send("d", "\"é€😀\n");

        assertThat(client.next()).isEqualTo("{\"e\":\"e.a\"}");
        assertThat(client.next()).isEqualTo("{\"e\":\"e.b\",\"p\":null}");
        assertThat(client.next()).isEqualTo("{\"e\":\"e.c\",\"p\":{\"x\":[1,2]}}");
        assertThat(client.next()).isEqualTo("{\"e\":\"e.d\",\"p\":\"\\\"é€😀\\n\"}");
    }

    @Test
    void refusesAtTheSenderWhatCanNotBeSerialised() {
        XyPeer peer = app.lifeCycle().connected();
        Object unserialisable = app.bean(Functions.class).unserialisable();

        assertThatThrownBy(() -> peer.send("a", unserialisable)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> peer.call("a", unserialisable, String.class))
                .isInstanceOf(IllegalArgumentException.class);

        assertThat(client.call("echo", "1").next()).startsWith("{\"e\":\"resolve.echo\"");
        assertThat(app.endpoint().statistics().pendingCalls()).isZero();
    }

    @Test
    void keepsAttributesWithTheConnection() {
        try (RawClient other = app.connect()) {
            assertThat(client.call("count", "null").next()).endsWith("\"p\":1}");
            assertThat(client.call("count", "null").next()).endsWith("\"p\":2}");
            assertThat(other.call("count", "null").next()).endsWith("\"p\":1}");
        }
    }

    @Test
    void showsTheHandshake() {
        try (RawClient other =
                app.handshake().path("/ws?room=a%20b").header("X-Colour", "red").open()) {
            JsonNode seen = Json.payload(other.call("handshake", "null").next());

            assertThat(seen.path("query").asText()).isEqualTo("room=a b");
            assertThat(seen.path("path").asText()).isEqualTo("/ws");
            assertThat(seen.path("colour").asText()).isEqualTo("red");
            assertThat(seen.path("principal").isNull()).isTrue();
        }
    }

    @Test
    void showsWhoIsConnected() {
        XyPeers peers = app.bean(XyPeers.class);
        XyPeer peer = app.lifeCycle().connected();

        assertThat(peers.size()).isEqualTo(1);
        assertThat(peers).containsExactly(peer);
        assertThat(peers.find(peer.id())).contains(peer);
        assertThat(peers.find("nobody")).isEmpty();
        client.close();
        app.lifeCycle().disconnected();
        assertThat(peers.size()).isZero();
        assertThat(peers.find(peer.id())).isEmpty();
    }

    @Test
    void hangsUpOnAClient() {
        client.call("hangUp", "null");

        assertThat(client.closing()).isEqualTo(new RawClient.Closing(4001, "enough"));
        client.awaitEnd();
    }

    @Test
    void speaksWithOtherPrefixes() {
        try (App other = App.with(
                        "xy.websocket.protocol.event-prefix=!",
                        "xy.websocket.protocol.call-prefix=?",
                        "xy.websocket.protocol.resolve-prefix=+",
                        "xy.websocket.protocol.reject-prefix=-")
                .start(Functions.class)) {
            RawClient speaker = other.connect();

            speaker.send("{\"e\":\"!note\",\"p\":\"a\"}");
            assertThat(speaker.ask("{\"e\":\"?notes\",\"id\":1}"))
                    .isEqualTo("{\"e\":\"+notes\",\"id\":1,\"p\":[\"a\"]}");
            assertThat(speaker.ask("{\"e\":\"?conflict\",\"id\":1}")).startsWith("{\"e\":\"-conflict\",\"id\":1,");
            String question = speaker.ask("{\"e\":\"?ask\",\"p\":\"why?\",\"id\":2}");
            String id = Json.of(question).path("id").toString();
            assertThat(question).startsWith("{\"e\":\"?answer\",\"p\":\"why?\"");
            assertThat(speaker.ask("{\"e\":\"+answer\",\"id\":" + id + ",\"p\":\"so\"}"))
                    .isEqualTo("{\"e\":\"+ask\",\"id\":2,\"p\":\"they say so\"}");
        }
    }
}
