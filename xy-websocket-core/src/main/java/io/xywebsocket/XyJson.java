package io.xywebsocket;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * How payloads become Java values and back. Implementations are thread-safe; they are called on the threads of callers
 * and handlers, never on the thread that reads the socket.
 */
public interface XyJson {

    /**
     * Reads one JSON value.
     *
     * @param json a JSON text whose grammar has been checked
     * @param type the type to read it as
     * @return the value; {@code null} where the text is {@code null} and the type has no other form for it
     * @throws XyBindingException if the text doesn't fit the type
     */
    @Nullable
    Object read(String json, Type type);

    /**
     * Writes one value as JSON text.
     *
     * @throws IllegalArgumentException if the value can't be serialised
     */
    String write(@Nullable Object value);

    /** Payloads by a Jackson 2 mapper. */
    static XyJson jackson2(ObjectMapper mapper) {
        return new Jackson2Json(mapper);
    }
}
