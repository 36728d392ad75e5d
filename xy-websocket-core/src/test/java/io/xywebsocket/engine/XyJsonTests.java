package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xywebsocket.XyInternals;
import io.xywebsocket.XyJson;
import io.xywebsocket.XyPayload;
import io.xywebsocket.XyType;
import io.xywebsocket.protocol.JsonBuffer;
import java.io.IOException;
import java.io.StringWriter;
import java.io.Writer;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** An application's own {@link XyJson} that knows texts alone; and payloads, whoever made them. */
class XyJsonTests extends WithEndpoints {

    /** Writes texts as they are, and so halves of surrogate pairs too. */
    private static class OfTexts implements XyJson {

        @Override
        public @Nullable Object read(String json, Type type) {
            return "read " + json + " as " + type.getTypeName();
        }

        @Override
        public String write(@Nullable Object value) {
            return "\"" + value + "\"";
        }
    }

    private static final String HALVES = "\u00e9\ud83d\ude9a\ud800z\udc00";
    private static final String ESCAPED = "\u00e9\ud83d\ude9a\\ud800z\\udc00";

    @Test
    void onesOfTextsAloneAreGivenTheTextOfTheBytes() {
        byte[] array = ("!!\"" + "\u00e9\ud83d\ude9a" + "\"!").getBytes(StandardCharsets.UTF_8);
        assertThat(new OfTexts().read(array, 2, array.length - 3, String.class))
                .isEqualTo("read \"\u00e9\ud83d\ude9a\" as java.lang.String");
    }

    @Test
    void onesOfTextsAloneServeCallsEventsAndAnswers() throws Exception {
        XyEndpoint endpoint = endpoint(settings -> settings.json(new OfTexts()));
        endpoint.handlers().register("f", String.class, read -> read + HALVES);
        RawPeer peer = connect(endpoint);
        assertThat(peer.ask(call("f", "[\"\u20ac\"]", "1")))
                .isEqualTo(resolved("f", "1", "\"read [\"\u20ac\"] as java.lang.String" + ESCAPED + "\""));
        peer.peer().send("e", HALVES);
        assertThat(peer.next()).isEqualTo(event("e", "\"" + ESCAPED + "\""));
        peer.peer().send("e", new XyType<List<OfTexts>>() {}.value(List.of()));
        assertThat(peer.next()).isEqualTo(event("e", "\"[]\""));
        CompletableFuture<String> answer = peer.peer().call("g", HALVES, String.class);
        peer.answerNext("g", "5");
        assertThat(answer.get(5, TimeUnit.SECONDS)).isEqualTo("read 5 as java.lang.String");
    }

    /** Whoever writes as he goes is stopped once it is too much, as always. */
    @Test
    void onesThatWriteCharactersWithoutEndAreStopped() {
        XyEndpoint endpoint = endpoint(settings -> settings.json(new OfTexts() {
                    @Override
                    public void write(@Nullable Object value, Writer to) throws IOException {
                        while (true) {
                            to.write("\u20ac");
                        }
                    }
                })
                .limits(narrow(1000, 10, 1000, 10)));
        endpoint.handlers().register("f", (name, payload, peer) -> 1);
        assertThat(connect(endpoint).ask(call("f", "1", "1")))
                .isEqualTo(
                        rejected(
                                "f",
                                "1",
                                "{\"ok\":false,\"status\":413,\"message\":\"The answer is too large: it has more than 1000 bytes\"}"));
    }

    @Test
    void answersAreBoundedInBytes() {
        XyEndpoint endpoint = endpoint(settings -> settings.limits(narrow(1000, 10, 1000, 10)));
        endpoint.handlers().register("f", Integer.class, "\u00e9"::repeat);
        endpoint.handlers().register("odd", Integer.class, times -> "\u00e9".repeat(times) + "z");
        RawPeer peer = connect(endpoint);
        assertThat(peer.ask(call("f", "499", "1"))).isEqualTo(resolved("f", "1", "\"" + "\u00e9".repeat(499) + "\""));
        assertThat(peer.ask(call("odd", "499", "5"))).contains("\"status\":413");
        assertThat(peer.ask(call("f", "500", "2"))).contains("\"status\":413", "more than 1000 bytes");
        assertThat(peer.ask(call("f", "100000", "3"))).contains("\"status\":413");
        assertThat(peer.ask(call("f", "1", "4"))).isEqualTo(resolved("f", "4", "\"\u00e9\""));
    }

    // ---- payloads

    @Test
    void aPayloadOfBytesIsOneOfTextToo() {
        XyJson json = XyJson.plain();
        XyPayload ofBytes = XyPayload.ofJson("{\"a\":[\"\u20ac\"]}".getBytes(StandardCharsets.UTF_8), json);
        assertThat(ofBytes.json()).isEqualTo("{\"a\":[\"\u20ac\"]}");
        assertThat(ofBytes.as(new XyType<Map<String, List<String>>>() {})).isEqualTo(Map.of("a", List.of("\u20ac")));
        assertThat(ofBytes.members().get("a").json()).isEqualTo("[\"\u20ac\"]");
        assertThat(ofBytes).hasToString("XyPayload[13 bytes]");
        assertThat(XyPayload.ofJson("\"\u00e9\"", json)).hasToString("XyPayload[4 bytes]");
        assertThat(XyPayload.none()).hasToString("XyPayload[none]");
    }

    @Test
    void halvesOfPairsInATextBecomeEscapes() {
        assertThat(XyPayload.ofJson("\"" + HALVES + "\"", XyJson.plain()).json())
                .isEqualTo("\"" + ESCAPED + "\"");
        RawPeer peer = connect(endpoint());
        peer.peer().send("e", XyPayload.ofJson("\"" + HALVES + "\"", XyJson.plain()));
        assertThat(peer.next()).isEqualTo(event("e", "\"" + ESCAPED + "\""));
    }

    @Test
    void tellsNullFromAllElse() {
        XyJson json = XyJson.plain();
        assertThat(XyPayload.ofJson("null", json).isNull()).isTrue();
        for (String other : List.of("\"null\"", "0", "nul", "{}", "[null]")) {
            assertThat(XyPayload.ofJson(other, json).isNull()).isFalse();
        }
        assertThat(XyPayload.none().isNull()).isFalse();
        XyPayload released = XyPayload.ofJson("null", json);
        released.release();
        assertThatThrownBy(released::isNull).isInstanceOf(IllegalStateException.class);
    }

    /** A frame may be large for other reasons. */
    @Test
    void aPayloadKeepsNothingElseOfItsFrame() throws Exception {
        XyEndpoint endpoint = endpoint();
        CompletableFuture<XyPayload> kept = new CompletableFuture<>();
        endpoint.handlers().on("e", (name, payload, peer) -> kept.complete(payload));
        connect(endpoint).send("{\"other\":\"" + "x".repeat(10_000) + "\",\"e\":\"e.e\",\"p\":{\"a\":12}}");
        XyPayload payload = kept.get(5, TimeUnit.SECONDS);
        assertThat(XyInternals.json(payload)).hasSize(8);
        assertThat(XyInternals.json(payload.members().get("a"))).hasSize(2);
    }

    @Test
    void aTypedValueIsATextToo() throws Exception {
        StringWriter text = new StringWriter();
        new XyType<List<String>>() {}.value(List.of(HALVES)).writeTo(XyJson.plain(), text);
        assertThat(text).hasToString("[\"" + ESCAPED + "\"]");
        JsonBuffer buffer = new JsonBuffer().append("1,");
        XyType.of(XyPayload.class).value(XyPayload.none()).writeTo(XyJson.plain(), buffer);
        assertThat(buffer).hasToString("1,null");
    }

    /** A drain run of small answers must not keep arrays that were made for large ones, nor a queue. */
    @Test
    void framesThatWaitKeepLittleThatIsUnused() {
        for (int length : new int[] {10, 300, 5_000, 100_000}) {
            JsonBuffer frame = new JsonBuffer(200_000).append("x".repeat(length));
            EncodedFrame encoded = EncodedFrame.of(frame, EncodedFrame.Kind.ANSWER, null);
            assertThat(encoded.bytes()).isEqualTo(length);
            assertThat(encoded.message().array().length).isLessThanOrEqualTo(Math.max(length + 256, length * 5 / 4));
            assertThat(encoded.message().text()).isEqualTo("x".repeat(length));
        }
    }
}
