package io.xywebsocket;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
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
    private final @Nullable ObjectWriter viewWriter;
    private final ConcurrentMap<Type, ObjectReader> readers = new ConcurrentHashMap<>();
    private final ConcurrentMap<Declared, ObjectWriter> writers = new ConcurrentHashMap<>();
    private final ConcurrentMap<Class<?>, XyJson> views;

    /** A value as a type that was declared for it. */
    private record Declared(Type type, Class<?> found) {}

    Jackson2Json(ObjectMapper mapper) {
        this(mapper, null, new ConcurrentHashMap<>());
    }

    private Jackson2Json(ObjectMapper mapper, @Nullable Class<?> view, ConcurrentMap<Class<?>, XyJson> views) {
        this.mapper = mapper;
        this.views = views;
        this.viewWriter = view == null ? null : mapper.writerWithView(view);
        // Where the two Jacksons differ, peers must not notice: the grammar of the text has been checked already, and
        // no value for a primitive is the sender's error, not a zero. And what fails is logged, without the payload.
        ObjectReader plain = view == null ? mapper.reader() : mapper.readerWithView(view);
        this.reader = plain.without(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
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
            return viewWriter == null ? mapper.writeValueAsString(value) : viewWriter.writeValueAsString(value);
        } catch (JsonProcessingException | StackOverflowError e) {
            throw unserialisable(value, e);
        }
    }

    @Override
    public void write(@Nullable Object value, Writer to) throws IOException {
        try {
            if (viewWriter == null) {
                mapper.writeValue(to, value);
            } else {
                viewWriter.writeValue(to, value);
            }
        } catch (JsonProcessingException | StackOverflowError e) {
            throw unserialisable(value, e);
        }
    }

    @Override
    public String write(@Nullable Object value, Type type) {
        if (value == null || type instanceof Class<?>) {
            return write(value);
        }
        try {
            return writerFor(value, type).writeValueAsString(value);
        } catch (JsonProcessingException | StackOverflowError e) {
            throw unserialisable(value, e);
        }
    }

    @Override
    public void write(@Nullable Object value, Type type, Writer to) throws IOException {
        if (value == null || type instanceof Class<?>) {
            write(value, to);
            return;
        }
        try {
            writerFor(value, type).writeValue(to, value);
        } catch (JsonProcessingException | StackOverflowError e) {
            throw unserialisable(value, e);
        }
    }

    @Override
    public XyJson withView(Class<?> view) {
        XyJson known = views.get(view);
        return known != null ? known : views.computeIfAbsent(view, unknown -> new Jackson2Json(mapper, unknown, views));
    }

    private static IllegalArgumentException unserialisable(@Nullable Object value, Throwable cause) {
        String type = value == null ? "null" : value.getClass().getName();
        return new IllegalArgumentException("can't be serialised: " + type, cause);
    }

    private ObjectWriter writerFor(Object value, Type type) {
        Declared declared = new Declared(type, value.getClass());
        ObjectWriter known = writers.get(declared);
        return known != null ? known : writers.computeIfAbsent(declared, this::writer);
    }

    private ObjectWriter writer(Declared declared) {
        ObjectWriter plain = viewWriter == null ? mapper.writer() : viewWriter;
        JavaType type = mapper.constructType(declared.type());
        Class<?> raw = type.getRawClass();
        if (!raw.isAssignableFrom(declared.found())) {
            return plain;
        } else if (raw == declared.found()
                || type.isContainerType()
                || raw.getName().startsWith("java.")) {
            return plain.forType(type);
        }
        try { // a bean may have more members than its declared type
            return plain.forType(mapper.getTypeFactory().constructSpecializedType(type, declared.found()));
        } catch (IllegalArgumentException noSuchSubtype) {
            return plain;
        }
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
