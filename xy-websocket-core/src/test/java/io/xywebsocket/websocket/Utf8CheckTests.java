package io.xywebsocket.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Against the platform's decoder, and cut at each byte. */
class Utf8CheckTests {

    @Test
    void allSequencesOfUpToThreeBytesAreAsTheDecoderOfThePlatformSays() {
        for (int i = 0; i < 1 << 8; i++) {
            check((byte) i);
        }
        for (int i = 0; i < 1 << 16; i++) {
            check((byte) (i >> 8), (byte) i);
        }
        for (int i = 0x8000; i < 0x10000; i++) { // what begins in ASCII has been seen
            for (int third : new int[] {0, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc2, 0xe0, 0xf0, 0xff}) {
                check((byte) (i >> 8), (byte) i, (byte) third);
            }
        }
    }

    @Test
    void allBoundariesOfFourBytesAreAsTheDecoderOfThePlatformSays() {
        int[] bytes = {0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0};
        for (int first = 0xef; first <= 0xff; first++) {
            for (int second : bytes) {
                for (int third : bytes) {
                    for (int fourth : bytes) {
                        check((byte) first, (byte) second, (byte) third, (byte) fourth);
                    }
                }
            }
        }
    }

    @Test
    void eachCharacterIsValidAndNoHalfOfAPairIs() {
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            boolean surrogate = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
            byte[] bytes = surrogate
                    ? new byte[] {(byte) 0xed, (byte) (0x80 | (c >> 6 & 0x3f)), (byte) (0x80 | (c & 0x3f))}
                    : Character.toString(c).getBytes(StandardCharsets.UTF_8);
            if (Utf8Check.isValid(bytes, 0, bytes.length) == surrogate) {
                throw new AssertionError("U+" + Integer.toHexString(c));
            }
        }
    }

    private static void check(byte... bytes) {
        boolean valid = decodes(bytes);
        if (Utf8Check.isValid(bytes, 0, bytes.length) != valid) {
            throw new AssertionError(HexFormat.of().formatHex(bytes) + " is " + (valid ? "valid" : "not"));
        }
        for (int cut = 1; cut < bytes.length; cut++) {
            int state = Utf8Check.next(bytes, 0, cut, Utf8Check.BETWEEN);
            boolean whole =
                    state != Utf8Check.INVALID && Utf8Check.next(bytes, cut, bytes.length, state) == Utf8Check.BETWEEN;
            if (whole != valid) {
                throw new AssertionError(HexFormat.of().formatHex(bytes) + ", cut at " + cut);
            }
        }
    }

    private static boolean decodes(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    @Test
    void whatIsNotAsciiIsFoundWhereverItStands() {
        for (int length = 1; length < 40; length++) {
            for (int bad = 0; bad < length; bad++) {
                byte[] bytes = "x".repeat(length).getBytes(StandardCharsets.US_ASCII);
                assertThat(Utf8Check.isValid(bytes, 0, length)).isTrue();
                bytes[bad] = (byte) 0x80;
                assertThat(Utf8Check.isValid(bytes, 0, length)).isFalse();
                assertThat(Utf8Check.isValid(bytes, 0, bad)).isTrue();
                assertThat(Utf8Check.isValid(bytes, bad + 1, length)).isTrue();
                assertThat(Masking.unmask(bytes, 0, length, 0)).isFalse();
                assertThat(Masking.unmask(bytes, 0, bad, 0)).isTrue();
                assertThat(Masking.unmask(bytes, bad + 1, length, 0)).isTrue();
            }
        }
    }
}
