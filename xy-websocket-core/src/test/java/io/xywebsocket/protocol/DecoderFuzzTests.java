package io.xywebsocket.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Any text at all, decoded; against Jackson's tree, and back through the encoder. */
class DecoderFuzzTests {

    private static final FrameDecoder DECODER = new FrameDecoder(Prefixes.DEFAULT);
    private static final FrameEncoder ENCODER = new FrameEncoder(Prefixes.DEFAULT);

    @FuzzTest(maxDuration = "6s")
    void decodesWhatJacksonReads(byte[] utf8) throws Exception {
        String text = new String(utf8, StandardCharsets.UTF_8);
        boolean object = JacksonOracle.agrees(text);
        Frame frame;
        try {
            frame = Texts.decode(DECODER, text);
        } catch (MalformedFrameException e) {
            assertThat(object && JacksonOracle.tree(text).path("e").isTextual())
                    .as(text)
                    .isFalse();
            return;
        }
        assertThat(object).as(text).isTrue();
        if (!(frame instanceof Frame.Unknown || frame instanceof Frame.Cancel)) {
            JsonNode tree = JacksonOracle.tree(text);
            assertThat(prefix(frame) + name(frame)).isEqualTo(tree.get("e").textValue());
            same(payload(frame), tree.get("p"));
            if (!(frame instanceof Frame.Event)) {
                same(id(frame), tree.get("id"));
            }
            comesBack(frame);
        }
        comesBack(new Frame.Event(
                text, JsonBuffer.utf8(new JsonBuffer().appendQuoted(text).toString())));
    }

    private static void same(@Nullable String json, @Nullable JsonNode expected) throws Exception {
        assertThat(json == null ? null : JacksonOracle.tree(json)).isEqualTo(expected);
    }

    private static void comesBack(Frame frame) throws Exception {
        String encoded = encoded(frame);
        if (encoded != null) {
            Frame back = Texts.decode(DECODER, encoded);
            assertThat(prefix(back) + name(back)).isEqualTo(prefix(frame) + name(frame));
            assertThat(payload(back)).isEqualTo(payload(frame));
            assertThat(id(back)).isEqualTo(id(frame));
        }
    }

    /** Null if nothing of ours sends such a frame. */
    private static @Nullable String encoded(Frame frame) {
        String name = name(frame);
        String id = id(frame);
        String payload = payload(frame);
        FrameEncoder.Payload content = Texts.payload(payload);
        if (frame instanceof Frame.Event) {
            return ENCODER.event(name, content).toString();
        } else if (frame instanceof Frame.Reject) {
            return payload == null
                    ? null
                    : ENCODER.reject(name, id, JsonBuffer.utf8(payload)).toString();
        } else if (id == null) {
            return null;
        }
        return frame instanceof Frame.Call call
                ? ENCODER.call(name, content, id, call.ttl()).toString()
                : ENCODER.resolve(name, id, content).toString();
    }

    // a frame in its parts, whatever else its kind has

    private static String prefix(Frame frame) {
        return frame instanceof Frame.Event
                ? "e."
                : frame instanceof Frame.Call ? "c." : frame instanceof Frame.Resolve ? "resolve." : "reject.";
    }

    private static String name(Frame frame) {
        return frame instanceof Frame.Event event
                ? event.name()
                : frame instanceof Frame.Call call
                        ? call.name()
                        : frame instanceof Frame.Resolve resolve ? resolve.name() : ((Frame.Reject) frame).name();
    }

    private static @Nullable String payload(Frame frame) {
        return Texts.of(
                frame instanceof Frame.Event event
                        ? event.payload()
                        : frame instanceof Frame.Call call
                                ? call.payload()
                                : frame instanceof Frame.Resolve resolve
                                        ? resolve.payload()
                                        : ((Frame.Reject) frame).payload());
    }

    private static @Nullable String id(Frame frame) {
        return frame instanceof Frame.Event
                ? null
                : frame instanceof Frame.Call call
                        ? call.id()
                        : frame instanceof Frame.Resolve resolve ? resolve.id() : ((Frame.Reject) frame).id();
    }
}
