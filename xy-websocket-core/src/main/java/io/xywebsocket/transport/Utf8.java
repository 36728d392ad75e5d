package io.xywebsocket.transport;

/**
 * Sizes of texts as they are on the wire.
 *
 * @since 0.1
 */
public final class Utf8 {

    private Utf8() {}

    /**
     * The number of bytes of a text in UTF-8. Half of a surrogate pair counts two, so that a pair that is counted in two
     * pieces still counts four.
     */
    public static int length(String text) {
        int length = text.length();
        if (isAscii(text)) {
            return length;
        }
        int bytes = length;
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                bytes += c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
            }
        }
        return bytes;
    }

    /**
     * About the number of bytes that a text takes up here, and no fewer than {@link #length}: one character beyond Latin-1 doubles a whole
     * text.
     */
    public static int inMemory(String text) {
        return isAscii(text)
                ? text.length()
                : (int) Math.min(Integer.MAX_VALUE, Math.max(2L * text.length(), length(text)));
    }

    /** Whether each character is one byte; the usual case, and quick to see: without a branch for each character. */
    public static boolean isAscii(String text) {
        int all = 0;
        for (int i = 0; i < text.length(); i++) {
            all |= text.charAt(i);
        }
        return all < 0x80;
    }

    /** The longest beginning of a text that has at most so many bytes in UTF-8 and splits no character. */
    public static String truncate(String text, int maxBytes) {
        int bytes = 0;
        for (int i = 0; i < text.length(); ) {
            int codePoint = text.codePointAt(i);
            int size = codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
            if (bytes + size > maxBytes) {
                return text.substring(0, i);
            }
            bytes += size;
            i += Character.charCount(codePoint);
        }
        return text;
    }
}
