package io.xywebsocket;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.exc.InvalidDefinitionException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import java.io.IOException;
import java.io.Writer;
import java.lang.reflect.Type;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** Payloads by a Jackson 2 mapper. */
final class Jackson2Json implements XyJson {

    private final ObjectMapper mapper;
    private final ObjectReader reader;
    private final ConcurrentMap<Type, ObjectReader> readers = new ConcurrentHashMap<>();

    Jackson2Json(ObjectMapper mapper) {
        this.mapper = mapper;
        // Where the two Jacksons differ, peers must not notice: the grammar of the text has been checked already, and
        // no value for a primitive is the sender's error, not a zero. And what fails is logged, without the payload.
        this.reader = mapper.reader()
                .without(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                .without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .with(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);
    }

    @Override
    public @Nullable Object read(String json, Type type) {
        try {
            return readerFor(type).readValue(json);
        } catch (InvalidDefinitionException e) {
            throw new IllegalStateException("can't be read: " + type.getTypeName(), e);
        } catch (JsonMappingException e) {
            Class<?> target = e instanceof MismatchedInputException mismatch ? mismatch.getTargetType() : null;
            throw new XyBindingException(path(e), target, e);
        } catch (JsonProcessingException e) {
            throw new XyBindingException("", null, e);
        }
    }

    @Override
    public String write(@Nullable Object value) {
        try {
            return mapper.writeValueAsString(value);
        } catch (JsonProcessingException | StackOverflowError e) {
            throw unserialisable(value, e);
        }
    }

    @Override
    public void write(@Nullable Object value, Writer to) throws IOException {
        try {
            mapper.writeValue(to, value);
        } catch (JsonProcessingException | StackOverflowError e) {
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

    private static String path(JsonMappingException e) {
        StringBuilder path = new StringBuilder();
        for (JsonMappingException.Reference step : e.getPath()) {
            if (step.getFieldName() == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
            }
        }
        return path.toString();
    }
}
