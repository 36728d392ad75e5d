package io.xywebsocket;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.Writer;
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
     * @throws XyBindingException    if the text doesn't fit the type
     * @throws IllegalStateException if no text could: a mistake of this side's, not of the sender's
     */
    @Nullable
    Object read(String json, Type type);

    /**
     * Writes one value as JSON text.
     *
     * @throws IllegalArgumentException if the value can't be serialised
     */
    String write(@Nullable Object value);

    /**
     * Writes one value as JSON text.
     *
     * @param to takes the text; is neither flushed nor closed by the caller, and may be closed by this
     * @throws IllegalArgumentException if the value can't be serialised; part of it may have been written
     * @throws IOException              what the writer throws
     */
    default void write(@Nullable Object value, Writer to) throws IOException {
        to.write(write(value));
    }

    /**
     * Writes one value as JSON text, as a type that says more of it than its class: what a list holds, the type arguments of a record.
     * A value that is no instance of the type is written as its class says.
     *
     * @param type what the value is declared as
     * @throws IllegalArgumentException if the value can't be serialised
     * @implSpec Goes by the value's class alone.
     */
    default String write(@Nullable Object value, Type type) {
        return write(value);
    }

    /**
     * Writes one value as JSON text, as a type that says more of it than its class, see {@link #write(Object, Type)}.
     *
     * @param type what the value is declared as
     * @param to   takes the text; is neither flushed nor closed by the caller, and may be closed by this
     * @throws IllegalArgumentException if the value can't be serialised; part of it may have been written
     * @throws IOException              what the writer throws
     * @implSpec Goes by the value's class alone.
     */
    default void write(@Nullable Object value, Type type, Writer to) throws IOException {
        write(value, to);
    }

    /**
     * The same in a view, as Jackson's {@code @JsonView} has them: what isn't in it is neither written nor read. Asked for each payload, so
     * it had better be remembered.
     *
     * @throws UnsupportedOperationException if this knows no views
     * @implSpec Knows none.
     */
    default XyJson withView(Class<?> view) {
        throw new UnsupportedOperationException(
                getClass().getName() + " knows no views: it doesn't override XyJson.withView");
    }

    /** Payloads by a Jackson 2 mapper. */
    static XyJson jackson2(ObjectMapper mapper) {
        return new Jackson2Json(mapper);
    }

    /** Payloads by a plain Jackson 2 mapper with the modules on the class path, which ignores unknown properties. */
    static XyJson plain() {
        return new Jackson2Json(JsonMapper.builder()
                .findAndAddModules()
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .build());
    }
}
