package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xywebsocket.engine.EncodedFrame.Kind;
import io.xywebsocket.protocol.JsonBuffer;
import io.xywebsocket.protocol.Prefixes;
import io.xywebsocket.transport.MessageAssembler;
import io.xywebsocket.transport.Utf8;
import io.xywebsocket.untrusted.LogText;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Texts and their sizes. */
class TextTests {

    @Test
    void aPeersTextCannotForgeALogLine() {
        assertThat(LogText.of("a\r\nb\tc\u0000\u001b[31m\u007f\u0085\u009b\u2028\u2029\u202e\ufeffd"))
                .isEqualTo("a??b?c??[31m??" + "?????d");
        assertThat(LogText.of("\u00e9\u20ac \ud83d\ude9a'")).isEqualTo("\u00e9\u20ac \ud83d\ude9a'");
        assertThat(LogText.of("x".repeat(100_000))).hasSize(101).endsWith("\u2026");
    }

    @Test
    void sizesAreThoseOfUtf8() {
        for (String text :
                new String[] {"", "abc", "\u007f\u0080", "\u07ff\u0800\uffff", "\ud83d\ude9a", "a\ud83d\ude9a\u00e9"}) {
            assertThat(Utf8.length(text)).isEqualTo(text.getBytes(StandardCharsets.UTF_8).length);
            for (int max = 0; max < 20; max++) {
                String start = Utf8.truncate(text, max);
                assertThat(text).startsWith(start);
                assertThat(Utf8.length(start)).isLessThanOrEqualTo(max);
                assertThat(start.isEmpty() || !Character.isHighSurrogate(start.charAt(start.length() - 1)))
                        .isTrue();
            }
        }
        assertThat(Utf8.length("\ud83d") + Utf8.length("\ude9a")).isEqualTo(Utf8.length("\ud83d\ude9a"));
    }

    @Test
    void encodedFramesAreWellFormed() {
        EncodedFrame well = EncodedFrame.of(new JsonBuffer().append("a\ud83d\ude9a"), Kind.EVENT, null);
        assertThat(well.message().text()).isEqualTo("a\ud83d\ude9a");
        EncodedFrame escaped = EncodedFrame.of(new JsonBuffer().append("\ud83d\ud83d\ude9a\ude9a"), Kind.ANSWER, null);
        assertThat(escaped.message().text()).isEqualTo("\\ud83d\ud83d\ude9a\\ude9a");
        assertThat(escaped.bytes()).isEqualTo(16);
        assertThat(escaped.kind()).isEqualTo(Kind.ANSWER);
    }

    @Test
    void piecesMakeAMessageUpToTheBound() throws Exception {
        MessageAssembler assembler = new MessageAssembler(10);
        assertThat(assembler.add("whole", true)).isEqualTo("whole");
        assertThat(assembler.add("12345", false)).isNull();
        assertThat(assembler.add("", false)).isNull();
        assertThat(assembler.add("67890", true)).isEqualTo("1234567890");
        assertThat(assembler.add("\ud83d", false)).isNull();
        assertThat(assembler.add("\ude9a", true)).isEqualTo("\ud83d\ude9a");
        assertThat(assembler.add("", true)).isEmpty();
        assertThat(assembler.add("123456", false)).isNull();
        assertThatThrownBy(() -> assembler.add("\u20ac\u20ac", false))
                .isInstanceOf(MessageAssembler.TooLargeException.class);
        assertThat(assembler.add("again", true)).isEqualTo("again");
    }

    @Test
    void aMessageIsItselfAgainHoweverItWasCut() throws Exception {
        String message = "0123456789\u20ac\ud83d\ude9a".repeat(3_000);
        int bytes = message.getBytes(StandardCharsets.UTF_8).length;
        MessageAssembler assembler = new MessageAssembler(bytes);
        Random random = new Random(7);
        for (int longest : new int[] {1, 3, 100, 2_048, message.length()}) {
            assertThat(inPieces(assembler, message, longest, random)).isEqualTo(message);
            assertThatThrownBy(() -> inPieces(assembler, message + "!", longest, random))
                    .isInstanceOf(MessageAssembler.TooLargeException.class);
        }
    }

    private static @Nullable String inPieces(MessageAssembler assembler, String message, int longest, Random random)
            throws MessageAssembler.TooLargeException {
        int at = 0;
        while (true) {
            int end = Math.min(message.length(), at + 1 + random.nextInt(longest));
            String whole = assembler.add(message.substring(at, end), end == message.length());
            if (end == message.length()) {
                return whole;
            }
            assertThat(whole).isNull();
            at = end;
        }
    }

    @Test
    void prefixesCanBeToldApart() {
        assertThatThrownBy(() -> new Prefixes("", "c", "r", "x")).hasMessageContaining("empty");
        assertThatThrownBy(() -> new Prefixes("e", "ev", "r", "x")).hasMessageContaining("'ev'");
        assertThat(new Prefixes("ev", "e", "res", "r")).isNotNull();
    }

    @Test
    void theNumberOfThreadsIsChecked() {
        assertThatThrownBy(() -> XyEndpoint.builder().maxThreads(0)).hasMessageContaining("max-threads");
    }
}
