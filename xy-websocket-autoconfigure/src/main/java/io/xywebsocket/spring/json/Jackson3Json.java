package io.xywebsocket.spring.json;

import io.xywebsocket.XyBindingException;
import io.xywebsocket.XyJson;
import java.io.Writer;
import java.lang.reflect.Type;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.exc.InvalidDefinitionException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.json.JsonMapper;

/** Payloads by a Jackson 3 mapper. Loaded only where Jackson 3 is. Thread-safe. */
public final class Jackson3Json implements XyJson {

    private final JsonMapper mapper;
    private final ObjectReader reader;
    private final ConcurrentMap<Type, ObjectReader> readers = new ConcurrentHashMap<>();

    private Jackson3Json(JsonMapper mapper) {
        this.mapper = mapper;
        // Where the two Jacksons differ, peers must not notice: the grammar of the text has been checked already, and
        // no value for a primitive is the sender's error, not a zero. And what fails is logged, without the payload.
        this.reader = mapper.reader()
                .without(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                .without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .with(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);
    }

    /** Payloads by this mapper. */
    public static XyJson of(JsonMapper mapper) {
        return new Jackson3Json(mapper);
    }

    @Override
    public @Nullable Object read(String json, Type type) {
        try {
            return readerFor(type).readValue(json);
        } catch (InvalidDefinitionException e) {
            throw new IllegalStateException("can't be read: " + type.getTypeName(), e);
        } catch (JacksonException e) {
            Class<?> target = e instanceof MismatchedInputException mismatch ? mismatch.getTargetType() : null;
            throw new XyBindingException(path(e), target, e);
        }
    }

    @Override
    public String write(@Nullable Object value) {
        try {
            return mapper.writeValueAsString(value);
        } catch (JacksonException | StackOverflowError e) {
            throw unserialisable(value, e);
        }
    }

    @Override
    public void write(@Nullable Object value, Writer to) {
        try {
            mapper.writeValue(to, value);
        } catch (JacksonException | StackOverflowError e) {
            throw unserialisable(value, e);
        }
    }

    private static IllegalArgumentException unserialisable(@Nullable Object value, Throwable cause) {
        String type = value == null ? "null" : value.getClass().getName();
        return new IllegalArgumentException("can't be serialised: " + type, cause);
    }

    private ObjectReader readerFor(Type type) {
        ObjectReader known = readers.get(type);
        return known != null
                ? known
                : readers.computeIfAbsent(type, unknown -> reader.forType(mapper.constructType(unknown)));
    }

    private static String path(JacksonException e) {
        StringBuilder path = new StringBuilder();
        for (JacksonException.Reference step : e.getPath()) {
            if (step.getPropertyName() == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(step.getPropertyName());
            }
        }
        return path.toString();
    }
}
