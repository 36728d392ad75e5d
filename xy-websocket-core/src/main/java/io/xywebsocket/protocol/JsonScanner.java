package io.xywebsocket.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Walks once through a JSON text, RFC 8259, and checks its grammar, its depth and the length of its numbers; makes no values.
 * For one thread and one text, which is valid UTF-8.
 */
final class JsonScanner {

    static final VarHandle EIGHT_BYTES = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long ONES = 0x0101010101010101L;
    static final long HIGHEST_BITS = ONES << 7;
    private static final long QUOTES = ONES * '"';
    private static final long BACKSLASHES = ONES * '\\';
    private static final long SPACES = ONES * ' ';

    private static final byte[] TRUE = {'t', 'r', 'u', 'e'};
    private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};
    private static final byte[] NULL = {'n', 'u', 'l', 'l'};

    private final byte[] json;
    private final int end;
    private int at;

    JsonScanner(byte[] json, int offset, int length) {
        this.json = json;
        this.at = offset;
        this.end = offset + length;
    }

    /** Where the next byte is, in the array. */
    int position() {
        return at;
    }

    boolean isAtEnd() {
        return at == end;
    }

    /** The next byte that isn't white space, not taken; 0 at the end. */
    byte peek() {
        while (at < end) {
            byte b = json[at];
            if (b > ' ' || (b != ' ' && b != '\n' && b != '\r' && b != '\t')) {
                return b;
            }
            at++;
        }
        return 0;
    }

    /** Takes the next byte that isn't white space, if it is this one. */
    boolean take(char wanted) {
        if (peek() != wanted) {
            return false;
        }
        at++;
        return true;
    }

    void expect(char wanted) throws MalformedFrameException {
        if (!take(wanted)) {
            throw invalid();
        }
    }

    /**
     * Goes past a value.
     *
     * @param depth how many arrays and objects it is in
     */
    void skipValue(int depth) throws MalformedFrameException {
        switch (peek()) {
            case '"' -> skipString();
            case '{' -> skipObject(depth + 1);
            case '[' -> skipArray(depth + 1);
            case 't' -> skipWord(TRUE);
            case 'f' -> skipWord(FALSE);
            case 'n' -> skipWord(NULL);
            default -> skipNumber();
        }
    }

    private void skipObject(int depth) throws MalformedFrameException {
        open(depth);
        if (take('}')) {
            return;
        }
        do {
            peek();
            skipString();
            expect(':');
            skipValue(depth);
        } while (take(','));
        expect('}');
    }

    private void skipArray(int depth) throws MalformedFrameException {
        open(depth);
        if (take(']')) {
            return;
        }
        do {
            skipValue(depth);
        } while (take(','));
        expect(']');
    }

    private void open(int depth) throws MalformedFrameException {
        if (depth > JsonObjectSlicer.MAX_DEPTH) {
            throw new MalformedFrameException("nested too deep");
        }
        at++;
    }

    /** Goes past a string, of which the next byte must be the opening quote. Eight bytes at a time, as most have nothing in them to be seen. */
    void skipString() throws MalformedFrameException {
        if (next() != '"') {
            throw invalid();
        }
        byte[] text = json;
        int i = at;
        while (i < end) {
            if (i <= end - Long.BYTES) {
                long found = special((long) EIGHT_BYTES.get(text, i));
                if (found == 0) {
                    i += Long.BYTES;
                    continue;
                }
                i += Long.numberOfTrailingZeros(found) / Byte.SIZE;
            }
            byte b = text[i++];
            if (b == '"') {
                at = i;
                return;
            } else if (b == '\\') {
                at = i;
                skipEscape();
                i = at;
            } else if (b >= 0 && b < ' ') {
                break;
            }
        }
        throw invalid();
    }

    /**
     * Marks with its highest bit the first of eight bytes that is a quote, a backslash or a control character; perhaps others behind it. 0 if
     * there is none.
     */
    private static long special(long bytes) {
        long quotes = bytes ^ QUOTES;
        long backslashes = bytes ^ BACKSLASHES;
        return (((quotes - ONES) & ~quotes) | ((backslashes - ONES) & ~backslashes) | ((bytes - SPACES) & ~bytes))
                & HIGHEST_BITS;
    }

    private void skipEscape() throws MalformedFrameException {
        switch (next()) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> {}
            case 'u' -> {
                for (int i = 0; i < 4; i++) {
                    if (Character.digit(next(), 16) < 0) {
                        throw invalid();
                    }
                }
            }
            default -> throw invalid();
        }
    }

    private void skipWord(byte[] word) throws MalformedFrameException {
        if (end - at < word.length) {
            throw invalid();
        }
        for (int i = 0; i < word.length; i++) {
            if (json[at + i] != word[i]) {
                throw invalid();
            }
        }
        at += word.length;
    }

    private void skipNumber() throws MalformedFrameException {
        int start = at;
        if (isNext('-')) {
            at++;
        }
        if (isNext('0')) {
            at++;
        } else {
            skipDigits();
        }
        if (isNext('.')) {
            at++;
            skipDigits();
        }
        if (isNext('e') || isNext('E')) {
            at++;
            if (isNext('+') || isNext('-')) {
                at++;
            }
            skipDigits();
        }
        if (at - start > JsonObjectSlicer.MAX_NUMBER_LENGTH) {
            throw new MalformedFrameException("number too long");
        }
    }

    private void skipDigits() throws MalformedFrameException {
        int start = at;
        while (at < end && json[at] >= '0' && json[at] <= '9') {
            at++;
        }
        if (at == start) {
            throw invalid();
        }
    }

    private boolean isNext(char c) {
        return at < end && json[at] == c;
    }

    private byte next() throws MalformedFrameException {
        if (at >= end) {
            throw invalid();
        }
        return json[at++];
    }

    private static MalformedFrameException invalid() {
        return new MalformedFrameException("not valid JSON");
    }

    /** Whether there is a backslash between two places of a text. */
    static boolean hasEscapes(byte[] json, int start, int end) {
        for (int i = start; i < end; i++) {
            if (json[i] == '\\') {
                return true;
            }
        }
        return false;
    }

    /**
     * The text that a string stands for.
     *
     * @param start of its opening quote
     * @param end   behind its closing quote; its grammar has been checked
     */
    static String unquote(byte[] json, int start, int end) {
        String raw = new String(json, start + 1, end - start - 2, StandardCharsets.UTF_8);
        if (!hasEscapes(json, start, end)) {
            return raw;
        }
        StringBuilder text = new StringBuilder(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c != '\\') {
                text.append(c);
                continue;
            }
            char escaped = raw.charAt(++i);
            switch (escaped) {
                case 'b' -> text.append('\b');
                case 'f' -> text.append('\f');
                case 'n' -> text.append('\n');
                case 'r' -> text.append('\r');
                case 't' -> text.append('\t');
                case 'u' -> {
                    text.append((char) Integer.parseInt(raw, i + 1, i + 5, 16));
                    i += 4;
                }
                default -> text.append(escaped);
            }
        }
        return text.toString();
    }
}
