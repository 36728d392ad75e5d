package io.xywebsocket.websocket;

/**
 * Checks that bytes are UTF-8, RFC 3629 §4, in pieces that may be cut anywhere: no overlong form, no surrogate, nothing beyond U+10FFFF.
 * It fails at the first byte with which no text can go on. Stateless: the state goes in and out.
 */
final class Utf8Check {

    /** Between two characters: where a text begins and where it may end. */
    static final int BETWEEN = 0;

    /** No text begins like this. */
    static final int INVALID = -1;

    private Utf8Check() {}

    /**
     * Checks the next piece of a text.
     *
     * @param state {@link #BETWEEN} at the beginning, then what the last call returned
     * @return {@link #BETWEEN}, {@link #INVALID}, or another state if the piece ends in the middle of a character
     */
    static int next(byte[] bytes, int from, int to, int state) {
        int missing = state >> 16;
        int least = (state >> 8) & 0xff;
        int most = state & 0xff;
        int at = from;
        while (true) {
            for (; missing > 0 && at < to; at++) {
                int b = bytes[at] & 0xff;
                if (b < least || b > most) {
                    return INVALID;
                }
                missing--;
                least = 0x80;
                most = 0xbf;
            }
            if (missing > 0) {
                return (missing << 16) | (least << 8) | most;
            }
            at = Masking.afterAscii(bytes, at, to);
            if (at == to) {
                return BETWEEN;
            }
            int lead = bytes[at++] & 0xff;
            if (lead < 0xc2 || lead > 0xf4) {
                return INVALID;
            }
            missing = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
            least = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
            most = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
        }
    }

    /** Whether all of it is a whole text. */
    static boolean isValid(byte[] bytes, int from, int to) {
        return next(bytes, from, to, BETWEEN) == BETWEEN;
    }
}
