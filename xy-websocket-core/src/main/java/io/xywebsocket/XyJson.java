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
 * Converts payloads to Java values and back. Implementations are thread-safe. They are called on the threads of callers
 * and handlers, never on the reading thread.
 *
 * <p>Payloads are read and written by the methods for bytes, which by default delegate to those for texts.
 *
 * @since 0.1
 */
public interface XyJson {

    /**
     * Reads one JSON value.
     *
     * @param json a JSON text whose grammar has been checked
     * @param type the type to read it as
     * @return the value; {@code null} where the text is {@code null} and the type has no other form for it
     * @throws XyBindingException    if the text doesn't fit the type
     * @throws IllegalStateException if no text can fit the type: an error of this side, not of the sender
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
     * @implSpec Decodes the bytes to a text.
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
     * @implSpec Delegates to {@link #write(Object, Writer)}; unpaired surrogates become JSON escapes.
     */
    default void write(@Nullable Object value, OutputStream to) throws IOException {
        JsonWriter text = new JsonWriter(to);
        write(value, text);
        text.finish();
    }

    /**
     * Writes one value as JSON text, as a type with type arguments that its class lacks, such as those of a list.
     * A value that is no instance of the type is written as its class.
     *
     * @param type the declared type of the value
     * @throws IllegalArgumentException if the value can't be serialised
     * @implSpec Uses only the value's class.
     */
    default String write(@Nullable Object value, Type type) {
        return write(value);
    }

    /**
     * Writes one value as JSON text, as its declared type, see {@link #write(Object, Type)}.
     *
     * @param type the declared type of the value
     * @param to   takes the text; is neither flushed nor closed by the caller, and may be closed by this
     * @throws IllegalArgumentException if the value can't be serialised; part of it may have been written
     * @throws IOException              what the writer throws
     * @implSpec Uses only the value's class.
     */
    default void write(@Nullable Object value, Type type, Writer to) throws IOException {
        write(value, to);
    }

    /**
     * Writes one value as JSON text in UTF-8, as its declared type, see {@link #write(Object, Type)}.
     *
     * @param type the declared type of the value
     * @param to   takes valid UTF-8; is neither flushed nor closed by the caller, and may be closed by this
     * @throws IllegalArgumentException if the value can't be serialised; part of it may have been written
     * @throws IOException              what the stream throws
     * @implSpec Delegates to {@link #write(Object, Type, Writer)}; unpaired surrogates become JSON escapes.
     */
    default void write(@Nullable Object value, Type type, OutputStream to) throws IOException {
        JsonWriter text = new JsonWriter(to);
        write(value, type, text);
        text.finish();
    }

    /**
     * Returns a mapper with a view, as with Jackson's {@code @JsonView}: properties outside of it are neither written
     * nor read. Called for each payload, so cache the result.
     *
     * @throws UnsupportedOperationException if views are not supported
     * @implSpec Supports no views.
     */
    default XyJson withView(Class<?> view) {
        throw new UnsupportedOperationException(
                getClass().getName() + " knows no views: it doesn't override XyJson.withView");
    }

    /** Returns a mapper based on a Jackson 2 mapper. */
    static XyJson jackson2(ObjectMapper mapper) {
        return new Jackson2Json(mapper);
    }

    /**
     * Returns a mapper based on a plain Jackson 2 mapper with the modules on the class path, which ignores unknown
     * properties.
     */
    static XyJson plain() {
        return new Jackson2Json(JsonMapper.builder()
                .findAndAddModules()
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .build());
    }
}
