package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyException;
import io.xywebsocket.XyFunction;
import io.xywebsocket.XyPayload;
import io.xywebsocket.XyType;
import io.xywebsocket.protocol.Prefixes;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The four frames, both ways, letter by letter. */
class FramesTests extends WithEndpoints {

    private static final XyFunction ECHO = (name, payload, peer) -> payload;

    @Test
    void answersACall() {
        XyEndpoint endpoint = endpoint();
        endpoint.handlers().register("add", int[].class, numbers -> numbers[0] + numbers[1]);
        assertThat(connect(endpoint).ask("{\"e\":\"c.add\",\"p\":[1,2],\"id\":\"Zk3\"}"))
                .isEqualTo("{\"e\":\"resolve.add\",\"id\":\"Zk3\",\"p\":3}");
    }

    @Test
    void answersACallWithAnError() {
        XyEndpoint endpoint = endpoint();
        endpoint.handlers().register("add", (name, payload, peer) -> {
            throw new XyException(409, "conflict");
        });
        assertThat(connect(endpoint).ask("{\"e\":\"c.add\",\"p\":[1,2],\"id\":\"Zk3\"}"))
                .isEqualTo(
                        "{\"e\":\"reject.add\",\"id\":\"Zk3\",\"p\":{\"ok\":false,\"status\":409,\"message\":\"conflict\"}}");
    }

    @Test
    void awaitsTheStageThatAFunctionReturns() {
        XyEndpoint endpoint = endpoint();
        CompletableFuture<Integer> later = new CompletableFuture<>();
        endpoint.handlers().register("later", (name, payload, peer) -> later);
        endpoint.handlers().register("now", (name, payload, peer) -> CompletableFuture.completedFuture(2));
        RawPeer peer = connect(endpoint).send(call("later", "1"));
        assertThat(peer.ask(call("now", "2"))).isEqualTo(resolved("now", "2", "2"));
        later.complete(1);
        assertThat(peer.next()).isEqualTo(resolved("later", "1", "1"));
    }

    @Test
    void hearsAnEvent() throws Exception {
        XyEndpoint endpoint = endpoint();
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        endpoint.handlers().on("note", String.class, heard::add);
        connect(endpoint).send("{\"e\":\"e.note\",\"p\":\"hello\"}");
        assertThat(heard.poll(5, TimeUnit.SECONDS)).isEqualTo("hello");
    }

    @Test
    void sendsAnEvent() {
        RawPeer peer = connect(endpoint());
        assertThat(peer.peer().send("note", List.of(1, 2))).isTrue();
        assertThat(peer.next()).isEqualTo("{\"e\":\"e.note\",\"p\":[1,2]}");
    }

    @Test
    void callsAndReadsTheAnswer() throws Exception {
        RawPeer peer = connect(endpoint());
        CompletableFuture<List<Integer>> answer =
                peer.peer().call("locate", Map.of("id", 7), new XyType<List<Integer>>() {});
        assertThat(peer.next()).isEqualTo(deadlines("locate", "{\"id\":7}", "\"1\"", 5000));
        peer.send("{\"e\":\"resolve.locate\",\"id\":\"1\",\"p\":[1,2]}");
        assertThat(answer.get(5, TimeUnit.SECONDS)).containsExactly(1, 2);
    }

    @Test
    void callsAndReadsTheError() {
        RawPeer peer = connect(endpoint());
        CompletableFuture<String> answer = peer.peer().call("locate", 7, String.class);
        peer.next();
        peer.send(rejected("locate", "\"1\"", "{\"ok\":false,\"status\":404,\"message\":\"gone\",\"since\":3}"));
        assertThatThrownBy(() -> answer.get(5, TimeUnit.SECONDS)).cause().satisfies(error -> {
            XyException rejection = (XyException) error;
            assertThat(rejection.status()).isEqualTo(404);
            assertThat(rejection).hasMessage("gone");
            assertThat(rejection.details()).isEqualTo(Map.of("since", 3));
        });
    }

    @Test
    void speaksWithPrefixesOfTheApplication() throws Exception {
        XyEndpoint endpoint = endpoint(settings -> settings.prefixes(new Prefixes("<ev>", "\"call\" ", "ok:", "no:")));
        endpoint.handlers().register("echo", ECHO);
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        endpoint.handlers().on("note", String.class, heard::add);
        RawPeer peer = connect(endpoint);

        peer.send("{\"e\":\"<ev>note\",\"p\":\"hello\"}");
        assertThat(heard.poll(5, TimeUnit.SECONDS)).isEqualTo("hello");
        assertThat(peer.ask("{\"e\":\"\\\"call\\\" echo\",\"p\":1,\"id\":2}"))
                .isEqualTo("{\"e\":\"ok:echo\",\"id\":2,\"p\":1}");
        assertThat(peer.ask("{\"e\":\"\\\"call\\\" nope\",\"p\":1,\"id\":2}"))
                .startsWith("{\"e\":\"no:nope\",\"id\":2,");

        CompletableFuture<Integer> answer = peer.peer().call("locate", Integer.class);
        assertThat(peer.next()).isEqualTo("{\"e\":\"\\\"call\\\" locate\",\"id\":\"1\",\"ttl\":5000}");
        peer.send("{\"e\":\"ok:locate\",\"id\":\"1\",\"p\":5}");
        assertThat(answer.get(5, TimeUnit.SECONDS)).isEqualTo(5);
        peer.peer().send("note");
        assertThat(peer.next()).isEqualTo("{\"e\":\"<ev>note\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1",
                "-1.50e+3",
                "0",
                "12345678901234567890123",
                "\"\"",
                "\"a \\\"b\\\" \\\\ \\u00e9 \\/ \\n\"",
                "\"\u00e9\ud83d\ude9a\"",
                "null",
                "true",
                "{\"a\": [1, {}]}",
                "[ ]",
                "\"\\ud800\""
            })
    void repeatsTheIdUnread(String id) {
        XyEndpoint endpoint = endpoint();
        endpoint.handlers().register("echo", ECHO);
        RawPeer peer = connect(endpoint);
        assertThat(peer.ask(call("echo", "5", id))).isEqualTo(resolved("echo", id, "5"));
        assertThat(peer.ask(call("nope", "5", id)))
                .isEqualTo(rejected("nope", id, "{\"ok\":false,\"status\":404,\"message\":\"'nope' not found\"}"));
    }

    @Test
    void tellsAMissingPayloadFromNull() {
        XyEndpoint endpoint = endpoint();
        endpoint.handlers().register("present", (name, payload, peer) -> payload.isPresent() + ":" + payload.json());
        endpoint.handlers().register("nothing", (name, payload, peer) -> XyPayload.none());
        endpoint.handlers().register("null", (name, payload, peer) -> null);
        RawPeer peer = connect(endpoint);
        assertThat(peer.ask(call("present", "1"))).isEqualTo(resolved("present", "1", "\"false:\""));
        assertThat(peer.ask(call("present", "null", "2"))).isEqualTo(resolved("present", "2", "\"true:null\""));
        assertThat(peer.ask(call("nothing", "3"))).isEqualTo("{\"e\":\"resolve.nothing\",\"id\":3}");
        assertThat(peer.ask(call("null", "4"))).isEqualTo(resolved("null", "4", "null"));
    }

    @Test
    void sendsAMissingPayloadAndNull() {
        RawPeer peer = connect(endpoint());
        peer.peer().send("a");
        assertThat(peer.next()).isEqualTo("{\"e\":\"e.a\"}");
        peer.peer().send("a", null);
        assertThat(peer.next()).isEqualTo("{\"e\":\"e.a\",\"p\":null}");
        CompletableFuture<Void> first = peer.peer().call("f", Void.class);
        assertThat(peer.next()).isEqualTo("{\"e\":\"c.f\",\"id\":\"1\",\"ttl\":5000}");
        CompletableFuture<Void> second = peer.peer().call("f", null, Void.class);
        assertThat(peer.next()).isEqualTo(deadlines("f", "null", "\"2\"", 5000));
        assertThat(first).isNotDone();
        assertThat(second).isNotDone();
    }

    @Test
    void readsAnAnswerWithoutAPayloadAndOneOfNull() throws Exception {
        RawPeer peer = connect(endpoint());
        CompletableFuture<XyPayload> missing = peer.peer().call("f", XyPayload.class);
        CompletableFuture<XyPayload> none = peer.peer().call("f", XyPayload.class);
        CompletableFuture<String> text = peer.peer().call("f", String.class);
        peer.send("{\"e\":\"resolve.f\",\"id\":\"1\"}")
                .send("{\"e\":\"resolve.f\",\"id\":\"2\",\"p\":null}")
                .send("{\"e\":\"resolve.f\",\"id\":\"3\"}");
        assertThat(text.get(5, TimeUnit.SECONDS)).isNull();
        assertThat(none.get(5, TimeUnit.SECONDS).json()).isEqualTo("null");
        XyPayload payload = missing.get(5, TimeUnit.SECONDS);
        assertThat(payload == null || !payload.isPresent()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"e\":\"c.echo\",\"p\":[1],\"id\":7}",
                "{\"e\":\"c.echo\",\"id\":7,\"p\":[1]}",
                "{\"p\":[1],\"e\":\"c.echo\",\"id\":7}",
                "{\"id\":7,\"p\":[1],\"e\":\"c.echo\"}",
                " {\n\t\"p\" : [1] ,\r\n \"id\" : 7 , \"e\" : \"c.echo\" } \n",
                "{\"x\":{\"e\":\"e.no\",\"id\":1,\"p\":[[]]},\"p\":[1],\"y\":null,\"id\":7,\"ok\":false,\"e\":\"c.echo\",\"z\":[{}]}",
                "{\"\\u0065\":\"c\\u002eecho\",\"\\u0070\":[1],\"i\\u0064\":7}",
                "{\"e\":\"e.no\",\"p\":2,\"id\":1,\"e\":\"c.echo\",\"p\":[1],\"id\":7}"
            })
    void takesMembersInAnyOrderAndIgnoresOthers(String frame) {
        XyEndpoint endpoint = endpoint();
        endpoint.handlers().register("echo", ECHO);
        assertThat(connect(endpoint).ask(frame)).isEqualTo(resolved("echo", "7", "[1]"));
    }

    @Test
    void ignoresAndCountsFramesOfUnknownKinds() {
        XyEndpoint endpoint = endpoint();
        RawPeer peer = connect(endpoint);
        peer.send("{\"e\":\"pause.f\",\"id\":1}")
                .send("{\"e\":\"\"}")
                .send("{\"e\":\"E.x\"}")
                .send("{\"e\":\"c\"}");
        peer.assertAlive();
        assertThat(endpoint.statistics().ignoredFrames()).isEqualTo(4);
        assertThat(peer.frames()).isEmpty();
    }

    @Test
    void takesNamesOfAllKinds() {
        XyEndpoint endpoint = endpoint();
        endpoint.handlers().fallback((name, payload, peer) -> name);
        RawPeer peer = connect(endpoint);
        for (String name :
                List.of("", "e.x", "c.c.", "toString", "__proto__", "\u00e9\u20ac\ud83d\ude9a", "a b", "resolve.")) {
            assertThat(peer.ask(call(name, "1"))).isEqualTo(resolved(name, "1", '"' + name + '"'));
        }
        assertThat(peer.ask(call("a\\\"\\\\\\n\\u0001", "1")))
                .isEqualToIgnoringCase(resolved("a\\\"\\\\\\n\\u0001", "1", "\"a\\\"\\\\\\n\\u0001\""));
    }

    @Test
    void survivesHalvesOfSurrogatePairs() throws Exception {
        XyEndpoint endpoint = endpoint();
        endpoint.handlers().fallback((name, payload, peer) -> name + payload.as(String.class));
        RawPeer peer = connect(endpoint);
        assertThat(peer.ask(call("\\ud800", "\"\\uDC00\"", "1")))
                .isEqualTo(resolved("\\ud800", "1", "\"\ud800\udc00\"").replace("\ud800\udc00", "\ud800\udc00"));
        assertThat(peer.ask(call("x\\udc00y", "\"\\ud800z\"", "1")))
                .isEqualTo(resolved("x\\udc00y", "1", "\"x\\udc00y\\ud800z\""));
        peer.peer().send("\ud83d", "\ude9a \ud83d\ude9a \ud83d");
        assertThat(peer.next()).isEqualTo("{\"e\":\"e.\\ud83d\",\"p\":\"\\ude9a \ud83d\ude9a \\ud83d\"}");
        CompletableFuture<String> answer = peer.peer().call("\udc00", "\ud800", String.class);
        peer.next();
        peer.send("{\"e\":\"reject.f\",\"id\":\"1\",\"p\":{\"ok\":false,\"status\":400,\"message\":\"\\ud800\"}}");
        await().until(answer::isCompletedExceptionally);
        peer.assertAlive();
    }

    @Test
    void carriesLargeAndDeepPayloads() {
        XyEndpoint endpoint = endpoint();
        endpoint.handlers().register("echo", ECHO);
        endpoint.handlers().register("parsed", Object.class, value -> value);
        RawPeer peer = connect(endpoint, 1 << 22);
        String large = '"' + "\u00e9\u20ac\ud83d\ude9a".repeat(80_000) + '"';
        assertThat(peer.ask(call("echo", large, "1"))).isEqualTo(resolved("echo", "1", large));
        String deep = "[".repeat(450) + "]".repeat(450);
        assertThat(peer.ask(call("parsed", deep, "1"))).isEqualTo(resolved("parsed", "1", deep));
    }
}
