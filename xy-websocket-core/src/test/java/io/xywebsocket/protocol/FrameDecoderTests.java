package io.xywebsocket.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames in bytes: letters of all lengths, escapes everywhere, and arrays that hold more than a frame. */
class FrameDecoderTests {

    /** Of one, two, three and four bytes. */
    private static final String LETTERS = "z\u00e9\u20ac\ud83d\ude9a";

    private final FrameDecoder decoder = new FrameDecoder(Prefixes.DEFAULT);

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void readsLettersOfAllLengths() throws Exception {
        String id = "\"" + LETTERS + "\"";
        String payload = "{\"" + LETTERS + "\":\"" + LETTERS + "\"}";
        Frame frame = Texts.decode(
                decoder,
                "{\"" + LETTERS + "\":" + payload + ",\"e\":\"c." + LETTERS + "\",\"p\":" + payload + ",\"id\":" + id
                        + "}");
        assertThat(frame).isInstanceOfSatisfying(Frame.Call.class, call -> {
            assertThat(call.name()).isEqualTo(LETTERS);
            assertThat(call.id()).isEqualTo(id);
            assertThat(call.payload()).isEqualTo(utf8(payload));
        });
    }

    /** Whatever letter is written as an escape, the frame is the same, but for what is passed on unread. */
    @Test
    void readsEscapesAtEveryPlace() throws Exception {
        String[] parts = {"e", "c.n\u00e9\ud83d\ude9a", "p", "\u20ac", "id", "z\u00e9", "ttl"};
        for (int part = 0; part < parts.length; part++) {
            for (int at = 0; at < parts[part].length(); at++) {
                String[] escaped = parts.clone();
                escaped[part] = parts[part].substring(0, at)
                        + String.format("\\u%04x", (int) parts[part].charAt(at))
                        + parts[part].substring(at + 1);
                String text = String.format("{\"%s\":\"%s\",\"%s\":\"%s\",\"%s\":\"%s\",\"%s\":7}", (Object[]) escaped);
                if (part == 1 && at >= 3) {
                    continue; // half a pair as an escape, the other as it is, has no UTF-8
                }
                assertThat(Texts.decode(decoder, text)).as(text).isInstanceOfSatisfying(Frame.Call.class, call -> {
                    assertThat(call.name()).isEqualTo("n\u00e9\ud83d\ude9a");
                    assertThat(Texts.of(call.payload())).isEqualTo('"' + escaped[3] + '"');
                    assertThat(call.id()).isEqualTo('"' + escaped[5] + '"');
                    assertThat(call.ttl()).isEqualTo(7);
                });
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"e\":\"c.a\",\"p\":12,\"id\":34}",
                "{\"e\":\"e.a\",\"p\":true}",
                "{\"p\":\"12345678\\\"\u00e9\",\"e\":\"resolve.a\"}"
            })
    void readsNothingBehindTheEnd(String text) throws Exception {
        byte[] array = utf8(text + text);
        int whole = array.length / 2;
        for (int cut = 0; cut < whole; cut++) {
            int length = cut;
            assertThatThrownBy(() -> decoder.decode(array, 0, length)).isInstanceOf(MalformedFrameException.class);
            assertThatThrownBy(() -> decoder.decode(array, whole, length)).isInstanceOf(MalformedFrameException.class);
            assertThatThrownBy(() -> decoder.decode(array, whole - length, whole + (length == 0 ? -1 : 0)))
                    .isInstanceOf(MalformedFrameException.class);
        }
        decoder.decode(array, 0, whole);
        decoder.decode(array, whole, whole);
    }

    @Test
    void keepsNothingOfTheArray() throws Exception {
        byte[] array = utf8("{\"e\":\"c.name\",\"p\":[1,2],\"id\":\"1\"}");
        byte[] copy = array.clone();
        Frame.Call call = (Frame.Call) decoder.decode(array, 0, array.length);
        Arrays.fill(array, (byte) '!');
        assertThat(call.name()).isEqualTo("name");
        assertThat(call.id()).isEqualTo("\"1\"");
        assertThat(Texts.of(call.payload())).isEqualTo("[1,2]");
        assertThat(((Frame.Call) decoder.decode(copy, 0, copy.length)).name())
                .as("remembered")
                .isEqualTo("name");
    }

    @Test
    void namesThatComeAgainAreNotMadeAgain() throws Exception {
        String frame = "{\"e\":\"e.note\"}";
        Frame.Event first = (Frame.Event) Texts.decode(decoder, frame);
        assertThat(((Frame.Event) Texts.decode(decoder, frame)).name()).isSameAs(first.name());
    }

    /** "Aa" and "BB" have the same hash, as have all that are made of them. */
    @Test
    void tellsNamesApartHoweverManyThereAre() throws Exception {
        List<String> names = List.of("AaAa", "BBBB", "AaBB", "BBAa", "", "\u00e9", "x".repeat(64), "x".repeat(65));
        for (int i = 0; i < 5_000; i++) {
            String name = i % 2 == 0 ? names.get(i / 2 % names.size()) : "n" + i;
            assertThat(((Frame.Event) Texts.decode(decoder, "{\"e\":\"e." + name + "\"}")).name())
                    .isEqualTo(name);
        }
    }

    /** A string is looked at eight bytes at a time: whatever ends it, or must not be in it, at every distance from its beginning. */
    @Test
    void seesWhatIsSpecialAtEveryPlaceOfAString() throws Exception {
        for (String letter : List.of(
                "\"",
                "\\\"",
                "\\",
                "\\u00e9",
                "\u0000",
                "\u001f",
                " ",
                "!",
                "#",
                "[",
                "]",
                "\u007f",
                "\u00e9",
                "\u20ac",
                "\ud83d\ude9a",
                "\u0080",
                "\u00a2",
                "\u00dc")) {
            for (int before = 0; before < 20; before++) {
                for (int behind = 0; behind < 10; behind++) {
                    String string = '"' + "a".repeat(before) + letter + "a".repeat(behind) + '"';
                    JacksonOracle.agrees("{\"e\":" + string + ",\"b\":1}");
                    JacksonOracle.agrees("{" + string + ":" + string + "}");
                }
            }
        }
    }

    @Test
    void aPrefixMayBeAnything() throws Exception {
        Prefixes prefixes = new Prefixes("\"", "\u00e9\ud83d\ude9a", "\\", "\ud800", "\n");
        FrameDecoder strange = new FrameDecoder(prefixes);
        FrameEncoder encoder = new FrameEncoder(prefixes);
        assertThat(Texts.decode(strange, encoder.event("n", null).toString())).isInstanceOf(Frame.Event.class);
        assertThat(Texts.decode(strange, encoder.call("n", null, "1", 0).toString()))
                .isInstanceOf(Frame.Call.class);
        assertThat(Texts.decode(strange, encoder.resolve("n", "1", null).toString()))
                .isInstanceOf(Frame.Resolve.class);
        assertThat(Texts.decode(strange, encoder.reject("n", "1", utf8("0")).toString()))
                .isInstanceOf(Frame.Reject.class);
        assertThat(Texts.decode(strange, String.valueOf(encoder.cancel("n", "1"))))
                .isInstanceOf(Frame.Cancel.class);
        assertThat(Texts.decode(strange, "{\"e\":\"?n\"}")).isInstanceOf(Frame.Unknown.class);
    }
}
