package io.xywebsocket.protocol;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * JSON text in the making, as UTF-8 in an array that grows. What is written as characters is always valid: half a surrogate pair, which has
 * no UTF-8, becomes an escape of JSON, as it can stand in strings only. Confined to one thread at a time.
 *
 * @since 0.1
 */
public final class JsonBuffer extends OutputStream {

    private static final int USUAL_CAPACITY = 240;

    private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

    /** RFC 3629 §3: the highest first byte, and behind that the first second byte that there is not. */
    private static final int LAST_PLANE = 0xF4;

    private static final int BEYOND_LAST_PLANE = 0x90;

    private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 8;

    /** No character becomes more bytes: an escape of six. */
    private static final int LONGEST_CHARACTER = 6;

    private byte[] bytes;
    private int length;
    private int bound = Integer.MAX_VALUE;
    private boolean overfull;

    /** An empty one. */
    public JsonBuffer() {
        this(USUAL_CAPACITY);
    }

    /** @param capacity how many bytes it probably takes */
    public JsonBuffer(int capacity) {
        bytes = new byte[capacity];
    }

    /** A JSON text as UTF-8. */
    public static byte[] utf8(String text) {
        int length = text.length();
        return isAscii(text)
                ? text.getBytes(StandardCharsets.ISO_8859_1)
                : new JsonBuffer(2 * length).append(text).toByteArray();
    }

    /** The array itself, of which the first {@link #length} bytes are the text; another one after the next change. */
    public byte[] array() {
        return bytes;
    }

    /** How many bytes there are. */
    public int length() {
        return length;
    }

    /** An array of this text alone: its own, if nothing else is in that. */
    public byte[] toByteArray() {
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }

    /** The text. */
    @Override
    public String toString() {
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    /** Lets go of all but the first bytes. */
    public void truncate(int newLength) {
        if (newLength > length) {
            throw new IllegalArgumentException(newLength + " of " + length + " bytes");
        }
        length = newLength;
    }

    /** Whether the bytes from this one on are code points that there are, which encoders of raw halves of pairs don't check. */
    public boolean isUnicodeFrom(int start) {
        int i = start;
        for (; i <= length - 4 * Long.BYTES; i += 4 * Long.BYTES) {
            long all = eightBytes(i) | eightBytes(i + 8) | eightBytes(i + 16) | eightBytes(i + 24);
            if ((all & JsonScanner.HIGHEST_BITS) != 0 && !isUnicode(i, i + 4 * Long.BYTES)) {
                return false; // else they are ASCII, as most are
            }
        }
        return isUnicode(i, length);
    }

    private long eightBytes(int at) {
        return (long) JsonScanner.EIGHT_BYTES.get(bytes, at);
    }

    private boolean isUnicode(int start, int end) {
        for (int i = start; i < end; i++) {
            int b = bytes[i] & 0xFF;
            if (b > LAST_PLANE || (b == LAST_PLANE && i + 1 < length && (bytes[i + 1] & 0xFF) >= BEYOND_LAST_PLANE)) {
                return false;
            }
        }
        return true;
    }

    // ---- the stream, which has a bound

    /**
     * From now on whatever is written beyond so many bytes is an IOException, and not taken.
     *
     * @param mostBytes how long the whole may become by what is written to the stream
     */
    public void bound(int mostBytes) {
        bound = mostBytes;
    }

    /** Whether somebody has tried to write beyond the bound, whatever he made of the exception. */
    public boolean isOverfull() {
        return overfull;
    }

    @Override
    public void write(int b) throws IOException {
        checkBound(1);
        makeRoom(1);
        bytes[length++] = (byte) b;
    }

    @Override
    public void write(byte[] json, int offset, int count) throws IOException {
        checkBound(count);
        makeRoom(count);
        System.arraycopy(json, offset, bytes, length, count);
        length += count;
    }

    void checkBound(int more) throws IOException {
        if (more > bound - length) {
            overfull = true;
            throw new IOException("It is too large");
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}

    // ---- for who makes the text, without the bound

    /** Adds a part of a JSON text. */
    public JsonBuffer append(String json) {
        return append(json, 0, json.length());
    }

    JsonBuffer append(CharSequence json, int start, int end) {
        makeRoom(end - start);
        byte[] to = bytes;
        int at = length;
        int i = start;
        for (char c; i < end && (c = json.charAt(i)) < 0x80; i++) {
            to[at++] = (byte) c;
        }
        length = at;
        appendBeyondAscii(json, i, end);
        return this;
    }

    private void appendBeyondAscii(CharSequence json, int start, int end) {
        for (int i = start; i < end; i++) {
            i += appendCharacter(json, i, end);
        }
    }

    /** Adds a part of a JSON text in UTF-8. */
    public JsonBuffer append(byte[] json) {
        makeRoom(json.length);
        System.arraycopy(json, 0, bytes, length, json.length);
        length += json.length;
        return this;
    }

    JsonBuffer append(char ascii) {
        makeRoom(1);
        bytes[length++] = (byte) ascii;
        return this;
    }

    /** Adds a text as a JSON string. */
    public JsonBuffer appendQuoted(String text) {
        return append('"').appendEscaped(text).append('"');
    }

    /** Adds a text as it stands between the quotes of a JSON string. */
    JsonBuffer appendEscaped(String text) {
        int end = text.length();
        makeRoom(end);
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                i += appendCharacter(text, i, end);
            } else if (c >= ' ' && c != '"' && c != '\\') {
                append(c);
            } else {
                appendEscape(c);
            }
        }
        return this;
    }

    private void appendEscape(char c) {
        makeRoom(LONGEST_CHARACTER);
        bytes[length++] = '\\';
        switch (c) {
            case '"', '\\' -> bytes[length++] = (byte) c;
            case '\b' -> bytes[length++] = 'b';
            case '\t' -> bytes[length++] = 't';
            case '\n' -> bytes[length++] = 'n';
            case '\f' -> bytes[length++] = 'f';
            case '\r' -> bytes[length++] = 'r';
            default -> {
                bytes[length++] = 'u';
                bytes[length++] = '0';
                bytes[length++] = '0';
                bytes[length++] = HEX[c >> 4];
                bytes[length++] = HEX[c & 0xF];
            }
        }
    }

    /** Returns how many characters it took beside the first. */
    private int appendCharacter(CharSequence text, int at, int end) {
        makeRoom(LONGEST_CHARACTER);
        char c = text.charAt(at);
        if (c < 0x80) {
            bytes[length++] = (byte) c;
        } else if (c < 0x800) {
            bytes[length++] = (byte) (0xC0 | (c >> 6));
            trail(c);
        } else if (!Character.isSurrogate(c)) {
            bytes[length++] = (byte) (0xE0 | (c >> 12));
            trail(c >> 6);
            trail(c);
        } else if (Character.isHighSurrogate(c) && at + 1 < end && Character.isLowSurrogate(text.charAt(at + 1))) {
            appendPair(c, text.charAt(at + 1));
            return 1;
        } else {
            appendHalf(c);
        }
        return 0;
    }

    void appendPair(char high, char low) {
        makeRoom(LONGEST_CHARACTER);
        int codePoint = Character.toCodePoint(high, low);
        bytes[length++] = (byte) (0xF0 | (codePoint >> 18));
        trail(codePoint >> 12);
        trail(codePoint >> 6);
        trail(codePoint);
    }

    private void trail(int bits) {
        bytes[length++] = (byte) (0x80 | (bits & 0x3F));
    }

    void appendHalf(char surrogate) {
        append("\\u").append(Integer.toHexString(surrogate)); // of four digits, as all surrogates
    }

    private void makeRoom(int count) {
        if (count > bytes.length - length) {
            bytes = Arrays.copyOf(bytes, grown((long) length + count));
        }
    }

    /** With room for what closes a frame behind a payload that came at once. */
    private int grown(long needed) {
        if (needed > LARGEST_ARRAY) {
            throw new OutOfMemoryError("JSON of " + needed + " bytes");
        }
        return (int) Math.min(LARGEST_ARRAY, Math.max(needed + needed / 8 + LONGEST_CHARACTER, 2L * bytes.length));
    }

    /** Without a branch for each character. */
    private static boolean isAscii(String text) {
        int all = 0;
        for (int i = 0; i < text.length(); i++) {
            all |= text.charAt(i);
        }
        return all < 0x80;
    }
}
