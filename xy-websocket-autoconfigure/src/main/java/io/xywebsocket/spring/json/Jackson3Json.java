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
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.exc.InvalidDefinitionException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.json.JsonMapper;

/** Payloads by a Jackson 3 mapper. Loaded only where Jackson 3 is. Thread-safe. */
public final class Jackson3Json implements XyJson {

    private final JsonMapper mapper;
    private final ObjectReader reader;
    private final @Nullable ObjectWriter viewWriter;
    private final ConcurrentMap<Type, ObjectReader> readers = new ConcurrentHashMap<>();
    private final ConcurrentMap<Declared, ObjectWriter> writers = new ConcurrentHashMap<>();
    private final ConcurrentMap<Class<?>, XyJson> views;

    /** A value as a type that was declared for it. */
    private record Declared(Type type, Class<?> found) {}

    private Jackson3Json(JsonMapper mapper) {
        this(mapper, null, new ConcurrentHashMap<>());
    }

    private Jackson3Json(JsonMapper mapper, @Nullable Class<?> view, ConcurrentMap<Class<?>, XyJson> views) {
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
            return viewWriter == null ? mapper.writeValueAsString(value) : viewWriter.writeValueAsString(value);
        } catch (JacksonException | StackOverflowError e) {
            throw unserialisable(value, e);
        }
    }

    @Override
    public void write(@Nullable Object value, Writer to) {
        try {
            if (viewWriter == null) {
                mapper.writeValue(to, value);
            } else {
                viewWriter.writeValue(to, value);
            }
        } catch (JacksonException | StackOverflowError e) {
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
        } catch (JacksonException | StackOverflowError e) {
            throw unserialisable(value, e);
        }
    }

    @Override
    public void write(@Nullable Object value, Type type, Writer to) {
        if (value == null || type instanceof Class<?>) {
            write(value, to);
            return;
        }
        try {
            writerFor(value, type).writeValue(to, value);
        } catch (JacksonException | StackOverflowError e) {
            throw unserialisable(value, e);
        }
    }

    @Override
    public XyJson withView(Class<?> view) {
        XyJson known = views.get(view);
        return known != null ? known : views.computeIfAbsent(view, unknown -> new Jackson3Json(mapper, unknown, views));
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
