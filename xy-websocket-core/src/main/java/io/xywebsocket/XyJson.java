package io.xywebsocket;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.xywebsocket.protocol.JsonWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * How payloads become Java values and back. Implementations are thread-safe; they are called on the threads of callers
 * and handlers, never on the thread that reads the socket.
 *
 * <p>Payloads are read and written by the methods for bytes. Whoever implements those for texts alone need not care: by default the others
 * go by them.
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
     * Reads one JSON value, see {@link #read(String, Type)}.
     *
     * @param json   holds, as valid UTF-8, a JSON text whose grammar has been checked; must not be changed
     * @param offset where the text begins
     * @param length its bytes
     * @param type   the type to read it as
     * @implSpec Makes a text of the bytes.
     */
    default @Nullable Object read(byte[] json, int offset, int length, Type type) {
        return read(new String(json, offset, length, StandardCharsets.UTF_8), type);
    }

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
     * Writes one value as JSON text in UTF-8.
     *
     * @param to takes valid UTF-8; is neither flushed nor closed by the caller, and may be closed by this
     * @throws IllegalArgumentException if the value can't be serialised; part of it may have been written
     * @throws IOException              what the stream throws
     * @implSpec Goes by {@link #write(Object, Writer)}; half a surrogate pair, which has no UTF-8, becomes an escape of JSON.
     */
    default void write(@Nullable Object value, OutputStream to) throws IOException {
        JsonWriter text = new JsonWriter(to);
        write(value, text);
        text.finish();
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
     * Writes one value as JSON text in UTF-8, as a type that says more of it than its class, see {@link #write(Object, Type)}.
     *
     * @param type what the value is declared as
     * @param to   takes valid UTF-8; is neither flushed nor closed by the caller, and may be closed by this
     * @throws IllegalArgumentException if the value can't be serialised; part of it may have been written
     * @throws IOException              what the stream throws
     * @implSpec Goes by {@link #write(Object, Type, Writer)}; half a surrogate pair, which has no UTF-8, becomes an escape of JSON.
     */
    default void write(@Nullable Object value, Type type, OutputStream to) throws IOException {
        JsonWriter text = new JsonWriter(to);
        write(value, type, text);
        text.finish();
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
