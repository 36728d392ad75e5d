package io.xywebsocket.transport;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A text message on its way out, as UTF-8, made once however many peers it goes to. Remembers its compressed form. Thread-safe, as nobody
 * writes to its array.
 *
 * @since 0.1
 */
public final class OutgoingMessage {

    private final byte[] utf8;
    private final int length;

    @GuardedBy("this")
    private byte @Nullable [] compressed;

    /**
     * @param utf8   valid UTF-8 from its beginning; not copied, and not to be changed any more
     * @param length the bytes that are the message; the array may be longer
     */
    public OutgoingMessage(byte[] utf8, int length) {
        if (length < 0 || length > utf8.length) {
            throw new IllegalArgumentException(length + " bytes of " + utf8.length);
        }
        this.utf8 = utf8;
        this.length = length;
    }

    /** A text as a message; half a surrogate pair, which has no UTF-8, becomes a question mark. */
    public static OutgoingMessage of(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return new OutgoingMessage(utf8, utf8.length);
    }

    /** The UTF-8, in the first {@link #length} bytes. Not to be changed. */
    public byte[] array() {
        return utf8;
    }

    /** In bytes. */
    public int length() {
        return length;
    }

    /**
     * Its compressed form, made by whoever asks first; whoever asks meanwhile waits for that. All must ask for the same form, RFC 7692 §7
     * without context takeover.
     *
     * @param compressor makes it of this message
     */
    public synchronized byte[] compressed(Function<OutgoingMessage, byte[]> compressor) {
        byte[] form = compressed;
        if (form == null) {
            form = compressor.apply(this);
            compressed = form;
        }
        return form;
    }

    /** Its text. */
    public String text() {
        return new String(utf8, 0, length, StandardCharsets.UTF_8);
    }
}
