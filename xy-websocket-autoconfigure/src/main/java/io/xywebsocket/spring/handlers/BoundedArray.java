package io.xywebsocket.spring.handlers;

import io.xywebsocket.XyException;
import io.xywebsocket.XyPayload;
import io.xywebsocket.XyType;
import io.xywebsocket.XyValue;
import java.io.IOException;
import java.io.Writer;

/** The text of a JSON array that is written value by value, up to a bound. Confined to one thread at a time. */
final class BoundedArray extends Writer {

    private final StringBuilder text = new StringBuilder("[");
    private final AnswerBounds bounds;
    private long bytes = 2;

    BoundedArray(AnswerBounds bounds) {
        this.bounds = bounds;
    }

    /** @throws XyException with status 413 if the array is larger than it may be */
    void add(Object value) {
        try {
            if (text.length() > 1) {
                append(',');
            }
            typed(value).writeTo(bounds.json(), this);
        } catch (IOException | RuntimeException e) {
            if (bytes > bounds.bytes()) { // mappers wrap what writers throw
                throw new XyException(413, "The answer is too large: it has more than " + bounds.bytes() + " bytes");
            }
            throw new UnserialisableValue(e);
        }
    }

    @SuppressWarnings("unchecked") // a value that is no instance of the type is written by its class
    private XyValue typed(Object value) {
        return value instanceof XyValue typed ? typed : ((XyType<Object>) bounds.value()).value(value);
    }

    XyPayload payload() {
        return XyPayload.ofJson(text.append(']').toString(), bounds.json());
    }

    @Override
    public void write(char[] characters, int offset, int length) throws IOException {
        for (int i = offset; i < offset + length; i++) {
            count(characters[i]);
        }
        text.append(characters, offset, length);
    }

    @Override
    public void write(String characters, int offset, int length) throws IOException {
        for (int i = offset; i < offset + length; i++) {
            count(characters.charAt(i));
        }
        text.append(characters, offset, offset + length);
    }

    /** Half of a surrogate pair is half of four bytes. */
    private void count(char c) throws IOException {
        bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        if (bytes > bounds.bytes()) {
            throw new IOException("The answer is too large");
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}

    /** Not an exception of the handler's, so no mapper of the application's is to make a 4xx of it. */
    private static final class UnserialisableValue extends RuntimeException {

        private static final long serialVersionUID = 1L;

        UnserialisableValue(Throwable cause) {
            super("A value of the result " + cause.getMessage(), cause);
        }
    }
}
