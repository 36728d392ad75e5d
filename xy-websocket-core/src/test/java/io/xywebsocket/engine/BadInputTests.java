package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.xywebsocket.XyConnectionListener;
import io.xywebsocket.XyFunction;
import io.xywebsocket.XyJson;
import io.xywebsocket.XyPayload;
import io.xywebsocket.XyPeer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a peer may send that it shouldn't: each has a clear answer, and nobody else is disturbed. */
class BadInputTests extends WithEndpoints {

    static Stream<String> malformed() {
        return Stream.of(
                "",
                " ",
                "nope",
                "[]",
                "[{\"e\":\"e.x\"}]",
                "1",
                "null",
                "\"e\"",
                "{",
                "{\"e\"",
                "{\"e\":",
                "{\"e\":\"e.x\"",
                "{\"e\":\"e.x",
                "{}",
                "{\"p\":1}",
                "{\"e\":1}",
                "{\"e\":null}",
                "{\"e\":[\"e.x\"]}",
                "{\"e\":{}}",
                "{\"e\":\"e.x\"} x",
                "{\"e\":\"e.x\"}{}",
                "{\"e\":\"e.x\",}",
                "{\"e\":\"e.x\",\"p\":}",
                "{\"e\":\"e.x\",\"p\":01}",
                "{\"e\":\"e.x\",\"p\":1.}",
                "{\"e\":\"e.x\",\"p\":+1}",
                "{\"e\":\"e.x\",\"p\":\"\\x\"}",
                "{\"e\":\"e.x\",\"p\":\"\\u12g4\"}",
                "{\"e\":\"e.x\",\"p\":\"\n\"}",
                "{'e':'e.x'}",
                "{e:\"e.x\"}",
                "{\"e\":\"e.x\",\"p\":NaN}",
                "{\"e\":\"e.x\",\"p\":[1,]}",
                "{\"e\":\"e.x\",\"p\":[1}",
                "{\"e\":\"e.x\",\"p\":tru}",
                "{\"e\":\"e.x\" \"p\":1}",
                "{\"e\":\"e.x\",\"p\":{\"a\" 1}}",
                "{\"e\":\"e.x\",\"x\":[[\"\\q\"]]}",
                "{\"e\":\"e.x\",\"p\":1}\u0000",
                "\ufeff{\"e\":\"e.x\",\"p\":1}",
                "/**/{\"e\":\"e.x\"}",
                "{\"e\":\"c.x\",\"id\":1,\"e\":5}",
                "{\"e\":\"e.x\",\"p\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}",
                "{\"e\":\"e.x\",\"p\":" + "[".repeat(10_000),
                "{\"p\":" + "{\"a\":".repeat(10_000) + "1" + "}".repeat(10_000) + ",\"e\":\"e.x\"}",
                "[".repeat(10_000),
                "{\"e\":\"c.x\",\"id\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}",
                "{\"e\":\"e.x\",\"p\":" + "9".repeat(10_000) + "}",
                "{\"e\":\"e.x\",\"p\":[0." + "9".repeat(10_000) + "]}",
                "{\"e\":\"e.x\",\"p\":1e" + "9".repeat(10_000) + "}",
                "{\"e\":\"c.x\",\"id\":" + "9".repeat(10_000) + "}");
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void closes1007OnWhatIsNoFrameAndLeavesOthersAlone(String text) {
        XyEndpoint endpoint = endpoint();
        AtomicInteger heard = new AtomicInteger();
        endpoint.handlers().onUnhandled((name, payload, peer) -> heard.incrementAndGet());
        RawPeer other = connect(endpoint);
        RawPeer peer = connect(endpoint);
        peer.send(text);
        RawPeer.Closed closed = peer.awaitClosed();
        assertThat(closed.code()).isEqualTo(1007);
        assertThat(closed.reason())
                .isNotBlank()
                .isIn(
                        "not a JSON object",
                        "not valid JSON",
                        "nested too deep",
                        "text after the JSON object",
                        "number too long",
                        "'e' is not a text",
                        "'e' is missing");
        other.assertAlive();
        assertThat(heard).hasValue(0);
        assertThat(endpoint.peers().size()).isEqualTo(1);
    }

    @Test
    void ignoresWhatComesAfterAMalformedFrame() {
        XyEndpoint endpoint = endpoint();
        AtomicInteger heard = new AtomicInteger();
        endpoint.handlers().onUnhandled((name, payload, peer) -> heard.incrementAndGet());
        RawPeer peer = connect(endpoint);
        peer.send("nope");
        try {
            for (int i = 0; i < 100; i++) {
                peer.send(event("late"));
            }
        } catch (java.io.UncheckedIOException closedAlready) {
            // also fine
        }
        peer.awaitClosed();
        assertThat(heard).hasValue(0);
    }

    @Test
    void theLastOfDuplicateMembersWins() {
        XyEndpoint endpoint = endpoint();
        endpoint.handlers().register("f", (name, payload, peer) -> payload);
        assertThat(connect(endpoint)
                        .ask("{\"e\":\"e.a\",\"id\":1,\"p\":{\"a\":1,\"a\":2},\"e\":\"c.f\",\"p\":2,\"id\":[3]}"))
                .isEqualTo(resolved("f", "[3]", "2"));
    }

    @Test
    void rejectsACallWithoutAnIdAndDoesNotRunIt() {
        XyEndpoint endpoint = endpoint();
        AtomicInteger runs = new AtomicInteger();
        endpoint.handlers().register("f", (name, payload, peer) -> runs.incrementAndGet());
        RawPeer peer = connect(endpoint);
        assertThat(peer.ask("{\"e\":\"c.f\",\"p\":1}"))
                .isEqualTo(
                        "{\"e\":\"reject.f\",\"p\":{\"ok\":false,\"status\":400,\"message\":\"A call needs an id\"}}");
        peer.assertAlive();
        assertThat(runs).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1",
                "\"2\"",
                "\"x\"",
                "null",
                "\"\"",
                "\"-1\"",
                "{\"a\":1}",
                "\"99999999999999999999\"",
                "\"18446744073709551617\"",
                "[\"1\"]"
            })
    void ignoresAndCountsAnswersToNoCall(String id) {
        XyEndpoint endpoint = endpoint();
        RawPeer peer = connect(endpoint);
        CompletableFuture<Integer> pending = peer.peer().call("f", Integer.class);
        assertThat(RawPeer.idOf(peer.next())).isEqualTo("\"1\"");
        peer.send(resolved("f", id, "1")).send(rejected("f", id, "1"));
        peer.send("{\"e\":\"resolve.f\"}").send("{\"e\":\"reject.f\",\"p\":[]}");
        peer.assertAlive();
        assertThat(endpoint.statistics().unmatchedAnswers()).isEqualTo(4);
        assertThat(pending).isNotDone();
    }

    @Test
    void anAnswerCountsOnce() throws Exception {
        XyEndpoint endpoint = endpoint();
        RawPeer peer = connect(endpoint);
        CompletableFuture<Integer> pending = peer.peer().call("f", Integer.class);
        peer.answerNext("f", "1").send(resolved("f", "\"1\"", "2")).send(rejected("f", "\"1\"", "{}"));
        assertThat(pending.get(5, TimeUnit.SECONDS)).isEqualTo(1);
        peer.assertAlive();
        assertThat(endpoint.statistics().unmatchedAnswers()).isEqualTo(2);
    }

    @Test
    void aPeerCannotAnswerTheCallOfAnother() throws Exception {
        XyEndpoint endpoint = endpoint();
        RawPeer victim = connect(endpoint);
        RawPeer attacker = connect(endpoint);
        CompletableFuture<Integer> pending = victim.peer().call("f", Integer.class);
        String id = RawPeer.idOf(victim.next());
        attacker.send(resolved("f", id, "666"));
        attacker.assertAlive();
        assertThat(pending).isNotDone();
        victim.send(resolved("f", id, "1"));
        assertThat(pending.get(5, TimeUnit.SECONDS)).isEqualTo(1);
    }

    @Test
    void eventsOfTheWireCannotPassForTheLifeCycle() throws Exception {
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        XyEndpoint endpoint = endpoint(settings -> settings.connectionListener(new Told(told)));
        endpoint.handlers().onUnhandled((name, payload, peer) -> told.add("event " + name));
        endpoint.handlers().on("close", (name, payload, peer) -> told.add("on close"));
        RawPeer peer = connect(endpoint);
        for (String name : List.of("connected", "disconnected", "error", "close", "open", "message")) {
            peer.send(event(name));
        }
        peer.assertAlive();
        assertThat(peer.peer().isOpen()).isTrue();
        assertThat(endpoint.peers().size()).isEqualTo(1);
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            all.add(told.poll(5, TimeUnit.SECONDS));
        }
        assertThat(all)
                .containsExactly(
                        "connected",
                        "event connected",
                        "event disconnected",
                        "event error",
                        "on close",
                        "event open",
                        "event message");
        assertThat(told).isEmpty();
    }

    @Test
    void rejects500AndLogsWhenAResultCannotBeSerialised() {
        XyEndpoint endpoint = endpoint();
        Object unserialisable = new Object();
        List<Object> endless = new ArrayList<>();
        endless.add(endless);
        endpoint.handlers().register("now", (name, payload, peer) -> unserialisable);
        endpoint.handlers().register("endless", (name, payload, peer) -> endless);
        endpoint.handlers()
                .register("later", (name, payload, peer) -> CompletableFuture.supplyAsync(() -> unserialisable));
        RawPeer peer = connect(endpoint);
        try (LogCapture log = new LogCapture()) {
            for (String name : List.of("now", "endless", "later")) {
                assertThat(peer.ask(call(name, "1")))
                        .startsWith("{\"e\":\"reject." + name + "\",\"id\":1,\"p\":{\"ok\":false,\"status\":500,")
                        .doesNotContain("java");
            }
            assertThat(log.lines(Level.ERROR)).hasSize(3);
        }
    }

    @Test
    void answersWhenSerialisingAResultOverflowsTheStack() {
        XyJson jackson = XyJson.jackson2(new com.fasterxml.jackson.databind.ObjectMapper());
        XyEndpoint endpoint = endpoint(settings -> settings.json(new XyJson() {
            @Override
            public Object read(String json, java.lang.reflect.Type type) {
                return jackson.read(json, type);
            }

            @Override
            public String write(Object value) {
                return write(value) + "!";
            }
        }));
        endpoint.handlers().register("now", (name, payload, peer) -> 1);
        endpoint.handlers().register("later", (name, payload, peer) -> CompletableFuture.supplyAsync(() -> 1));
        RawPeer peer = connect(endpoint);
        assertThat(peer.ask(call("now", "1"))).contains("\"status\":500");
        assertThat(peer.ask(call("later", "2"))).contains("\"status\":500");
        peer.assertAlive();
    }

    @Test
    void rejects400WithoutClassNamesWhenAPayloadDoesNotFit() {
        XyEndpoint endpoint = endpoint();
        record Item(String sku, int[] amounts) {}
        endpoint.handlers().register("number", Integer.class, number -> number);
        endpoint.handlers().register("item", Item.class, item -> item);
        RawPeer peer = connect(endpoint);
        assertThat(peer.ask(call("number", "\"x\"", "1")))
                .contains("\"status\":400", "expected a number")
                .doesNotContain("java");
        assertThat(peer.ask(call("number", "2"))).contains("\"status\":400", "Missing payload");
        assertThat(peer.ask(call("item", "[1]", "3")))
                .contains("\"status\":400", "expected an object")
                .doesNotContain("xywebsocket");
        assertThat(peer.ask(call("item", "{\"sku\":\"a\",\"amounts\":[1,{}]}", "4")))
                .contains("\"status\":400", "'amounts[1]'", "expected a number")
                .doesNotContain("xywebsocket");
    }

    @Test
    void aHandlerThatNeverReturnsHoldsUpNobodyElse() {
        XyEndpoint endpoint = endpoint();
        CountDownLatch never = new CountDownLatch(1);
        endpoint.handlers().register("hang", (name, payload, peer) -> {
            never.await();
            return 1;
        });
        endpoint.handlers().register("f", (name, payload, peer) -> 2);
        RawPeer peer = connect(endpoint);
        for (int i = 0; i < 20; i++) {
            peer.send(call("hang", "\"" + i + "\""));
        }
        assertThat(peer.ask(call("f", "1"))).isEqualTo(resolved("f", "1", "2"));
        connect(endpoint).assertAlive();
        never.countDown();
        await().until(() -> peer.received() == 21);
    }

    @Test
    void aHandlerThatOverflowsTheStackIsAnError() {
        XyEndpoint endpoint = endpoint();
        XyFunction endless = new XyFunction() {
            @Override
            public Object call(String name, XyPayload payload, XyPeer peer) throws Exception {
                return "" + call(name, payload, peer);
            }
        };
        endpoint.handlers().register("f", endless);
        endpoint.handlers().on("f", endless::call);
        RawPeer peer = connect(endpoint);
        assertThat(peer.send(event("f")).ask(call("f", "1"))).contains("\"status\":500", "\"errorId\"");
        peer.assertAlive();
    }

    record Told(BlockingQueue<String> told) implements XyConnectionListener {
        @Override
        public void connected(XyPeer peer) {
            told.add("connected");
        }

        @Override
        public void disconnected(XyPeer peer, int code, String reason) {
            told.add("disconnected " + code + " " + reason);
        }
    }
}
