package io.xywebsocket.spring.handlers;

import io.xywebsocket.XyException;
import io.xywebsocket.XyPayload;
import io.xywebsocket.XyType;
import io.xywebsocket.XyValue;
import io.xywebsocket.protocol.JsonBuffer;
import java.io.IOException;

/** A JSON array that is written value by value, up to a bound. Confined to one thread at a time. */
final class BoundedArray {

    private final JsonBuffer text = new JsonBuffer().append("[");
    private final AnswerBounds bounds;

    BoundedArray(AnswerBounds bounds) {
        this.bounds = bounds;
        text.bound(bounds.bytes() - "]".length());
    }

    /** @throws XyException with status 413 if the array is larger than it may be */
    void add(Object value) {
        try {
            if (text.length() > 1) {
                text.write(',');
            }
            typed(value).writeTo(bounds.json(), text);
        } catch (IOException | RuntimeException e) {
            if (text.isOverfull()) { // mappers wrap what streams throw
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
        return XyPayload.ofJson(text.append("]").toByteArray(), bounds.json());
    }

    /** Not an exception of the handler's, so no mapper of the application's is to make a 4xx of it. */
    private static final class UnserialisableValue extends RuntimeException {

        private static final long serialVersionUID = 1L;

        UnserialisableValue(Throwable cause) {
            super("A value of the result " + cause.getMessage(), cause);
        }
    }
}
