package io.xywebsocket;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/** Payloads by a Jackson 2 mapper. */
final class Jackson2Json implements XyJson {

    private final ObjectMapper mapper;

    Jackson2Json(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    @Override
    public @Nullable Object read(String json, Type type) {
        try {
            return mapper.readValue(json, mapper.constructType(type));
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
            String type = value == null ? "null" : value.getClass().getName();
            throw new IllegalArgumentException("can't be serialised: " + type, e);
        }
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
