package io.xywebsocket.protocol;

import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.CharBuffer;

/**
 * Characters of a JSON text on their way into bytes, without a lock, unlike the JDK's writers. Half a surrogate pair becomes an escape of
 * JSON. Whoever makes one must {@link #finish} it. Confined to one thread at a time.
 *
 * @since 0.1
 */
public final class JsonWriter extends Writer {

    private static final int PIECE = 4096;

    private final OutputStream to;
    private final JsonBuffer buffer;

    /** Half of a pair whose other half may follow; 0 for none. */
    private char high;

    /** @param to takes the bytes; neither flushed nor closed by this */
    public JsonWriter(OutputStream to) {
        this.to = to;
        this.buffer = to instanceof JsonBuffer ready ? ready : new JsonBuffer();
    }

    @Override
    public void write(char[] characters, int offset, int length) throws IOException {
        write(CharBuffer.wrap(characters), offset, length);
    }

    @Override
    public void write(String characters, int offset, int length) throws IOException {
        write((CharSequence) characters, offset, length);
    }

    @Override
    public void write(int character) throws IOException {
        write(String.valueOf((char) character), 0, 1);
    }

    private void write(CharSequence characters, int offset, int length) throws IOException {
        int at = offset;
        int end = offset + length;
        while (at < end) {
            char last = high;
            high = 0;
            if (last != 0) {
                if (Character.isLowSurrogate(characters.charAt(at))) {
                    buffer.appendPair(last, characters.charAt(at++));
                } else {
                    buffer.appendHalf(last);
                }
            }
            int until = at + Math.min(PIECE, end - at);
            if (until > at && Character.isHighSurrogate(characters.charAt(until - 1))) {
                high = characters.charAt(until - 1);
                buffer.append(characters, at, until - 1);
            } else {
                buffer.append(characters, at, until);
            }
            at = until;
            pass();
        }
    }

    /** The text is complete. */
    public void finish() throws IOException {
        if (high != 0) {
            buffer.appendHalf(high);
            high = 0;
            pass();
        }
    }

    private void pass() throws IOException {
        if (to == buffer) {
            buffer.checkBound(0);
        } else {
            to.write(buffer.array(), 0, buffer.length());
            buffer.truncate(0);
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
