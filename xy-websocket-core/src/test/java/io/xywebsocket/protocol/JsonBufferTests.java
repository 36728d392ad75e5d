package io.xywebsocket.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonBufferTests {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** Throws if it isn't UTF-8. */
    private static String strictly(byte[] bytes, int length) throws Exception {
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes, 0, length))
                .toString();
    }

    private static String strictly(JsonBuffer buffer) throws Exception {
        return strictly(buffer.array(), buffer.length());
    }

    @Test
    void quotesEveryCharacter() throws Exception {
        for (int c = 0; c <= Character.MAX_VALUE; c++) {
            for (String text : new String[] {String.valueOf((char) c), "\u00e9" + (char) c + "z"}) {
                String quoted = strictly(new JsonBuffer(1).appendQuoted(text));
                assertThat(MAPPER.readValue(quoted, String.class)).isEqualTo(text);
                if (!Character.isSurrogate((char) c)) {
                    assertThat(quoted)
                            .isEqualTo('"'
                                    + new String(JsonStringEncoder.getInstance().quoteAsString(text))
                                    + '"');
                }
            }
        }
    }

    @Test
    void keepsPairsAndEscapesTheirHalves() throws Exception {
        String text = "a\ud83d\ude9a\ud83d\ud83d\ude9a\ude9a\ud83d";
        String escaped = "a\ud83d\ude9a\\ud83d\ud83d\ude9a\\ude9a\\ud83d";
        assertThat(strictly(new JsonBuffer(0).append(text))).isEqualTo(escaped);
        assertThat(strictly(new JsonBuffer(0).appendQuoted(text))).isEqualTo('"' + escaped + '"');
        byte[] utf8 = JsonBuffer.utf8(text);
        assertThat(strictly(utf8, utf8.length)).isEqualTo(escaped);
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(30); i > 0; i--) {
            switch (random.nextInt(8)) {
                case 0 -> text.append('\ud83d');
                case 1 -> text.append('\ude9a');
                case 2 -> text.append("\ud83d\ude9a");
                case 3 -> text.append('\u20ac');
                case 4 -> text.append("z".repeat(random.nextInt(6000)));
                default -> text.append((char) ('a' + random.nextInt(200)));
            }
        }
        return text.toString();
    }

    @Test
    void charactersAreTheSameHoweverTheyAreCut() throws Exception {
        Random random = new Random(20_261_129);
        for (int round = 0; round < 2_000; round++) {
            String text = text(random);
            JsonBuffer direct = new JsonBuffer();
            ByteArrayOutputStream elsewhere = new ByteArrayOutputStream();
            JsonWriter toBuffer = new JsonWriter(direct);
            JsonWriter toStream = new JsonWriter(elsewhere);
            for (int at = 0; at < text.length(); ) {
                int length = Math.min(text.length() - at, random.nextInt(9000));
                write(toBuffer, text, at, length, random);
                write(toStream, text, at, length, random);
                at += length;
            }
            toBuffer.finish();
            toStream.finish();
            assertThat(direct.toByteArray()).isEqualTo(JsonBuffer.utf8(text));
            assertThat(elsewhere.toByteArray()).isEqualTo(JsonBuffer.utf8(text));
            assertThat(strictly(direct)).isEqualTo(new JsonBuffer().append(text).toString());
        }
    }

    private static void write(Writer writer, String text, int at, int length, Random random) throws IOException {
        if (length == 1 && random.nextBoolean()) {
            writer.write(text.charAt(at));
        } else if (random.nextBoolean()) {
            writer.write(text, at, length);
        } else {
            writer.write(("!" + text).toCharArray(), at + 1, length);
        }
    }

    @Test
    void whatIsBeyondTheBoundIsNotTaken() throws Exception {
        JsonBuffer buffer = new JsonBuffer().append("12345");
        buffer.bound(8);
        buffer.write(new byte[] {'a', '6', '7', 'b'}, 1, 2);
        buffer.write('8');
        assertThat(buffer.isOverfull()).isFalse();
        assertThatThrownBy(() -> buffer.write('9')).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> buffer.write(new byte[1])).isInstanceOf(IOException.class);
        assertThat(buffer.isOverfull()).isTrue();
        assertThat(buffer.append("}")).hasToString("12345678}");
        assertThatThrownBy(() -> buffer.truncate(10)).isInstanceOf(IllegalArgumentException.class);
        buffer.truncate(2);
        assertThat(buffer).hasToString("12");
    }

    @Test
    void charactersBeyondTheBoundAreRefusedBeforeTheyAreAllMade() {
        JsonBuffer buffer = new JsonBuffer();
        buffer.bound(100);
        assertThatThrownBy(() -> new JsonWriter(buffer).write("\u20ac".repeat(1_000_000)))
                .isInstanceOf(IOException.class);
        assertThat(buffer.isOverfull()).isTrue();
        assertThat(buffer.array().length).isLessThan(100_000);
    }

    @Test
    void seesCodePointsThatThereAreNot() throws Exception {
        for (int before = 0; before < 40; before++) {
            for (byte[] last : new byte[][] {{(byte) 0xF4, (byte) 0x90}, {(byte) 0xF5, (byte) 0x80}, {(byte) 0xFF}}) {
                JsonBuffer buffer = new JsonBuffer().append("\u00e9\udbff\udfff".repeat(before));
                int start = buffer.length();
                buffer.append("\udbff\udfff" + "z".repeat(before) + "\udbff\udfff");
                assertThat(buffer.isUnicodeFrom(0)).isTrue();
                buffer.write(last);
                assertThat(buffer.isUnicodeFrom(start)).isFalse();
                assertThat(buffer.append("12345678").isUnicodeFrom(0)).isFalse();
                assertThat(buffer.isUnicodeFrom(buffer.length() - 8)).isTrue();
            }
        }
    }
}
