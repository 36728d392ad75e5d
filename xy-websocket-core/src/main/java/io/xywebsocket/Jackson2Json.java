package io.xywebsocket;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.exc.InvalidDefinitionException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.xywebsocket.protocol.JsonBuffer;
import io.xywebsocket.protocol.JsonWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Payloads with a Jackson 2 mapper. */
final class Jackson2Json implements XyJson {

    /** Maximum number of cached readers, and of writers of either kind: applications may create types without end. */
    private static final int MAX_KEPT = 1_000;

    /**
     * Unpaired and paired surrogates: generators of UTF-8 treat them differently, depending on version and settings.
     */
    private static final String HALVES = "\u00e9\ud83d\ude9a\ud800z\udc00";

    private final ObjectMapper mapper;
    private final @Nullable Class<?> view;
    private final ObjectReader reader;
    private final ConcurrentMap<Type, ObjectReader> readers = new ConcurrentHashMap<>();
    private final ConcurrentMap<Class<?>, ObjectWriter> writers = new ConcurrentHashMap<>();
    private final ConcurrentMap<Declared, ObjectWriter> declaredWriters = new ConcurrentHashMap<>();
    private final ConcurrentMap<Class<?>, XyJson> views;

    /** Whether the mapper's bytes equal its texts; null until compared. */
    private volatile @Nullable Boolean generatesBytes;

    /** A value with its declared type. */
    private record Declared(Type type, Class<?> found) {}

    Jackson2Json(ObjectMapper mapper) {
        this(mapper, null, new ConcurrentHashMap<>());
    }

    private Jackson2Json(ObjectMapper mapper, @Nullable Class<?> view, ConcurrentMap<Class<?>, XyJson> views) {
        this.mapper = mapper;
        this.view = view;
        this.views = views;
        // As Jackson 3 does: the grammar has been checked already, a missing primitive is the sender's error,
        // and failures are logged without the payload.
        ObjectReader plain = view == null ? mapper.reader() : mapper.readerWithView(view);
        this.reader = plain.without(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                .without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .with(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);
    }

    // ---- reading

    @Override
    public @Nullable Object read(String json, Type type) {
        ObjectReader typed = readerFor(type);
        return read(() -> typed.readValue(json), type);
    }

    @Override
    public @Nullable Object read(byte[] json, int offset, int length, Type type) {
        ObjectReader typed = readerFor(type);
        return read(() -> typed.readValue(json, offset, length), type);
    }

    @FunctionalInterface
    private interface Reading {
        @Nullable
        Object value() throws IOException;
    }

    private static @Nullable Object read(Reading reading, Type type) {
        try {
            return reading.value();
        } catch (InvalidDefinitionException e) {
            throw new IllegalStateException("can't be read: " + type.getTypeName(), e);
        } catch (JsonMappingException e) {
            Class<?> target = e instanceof MismatchedInputException mismatch ? mismatch.getTargetType() : null;
            throw new XyBindingException(path(e), target, e);
        } catch (IOException e) {
            throw new XyBindingException("", null, e);
        }
    }

    private ObjectReader readerFor(Type type) {
        return kept(readers, type, unknown -> reader.forType(mapper.constructType(unknown)));
    }

    // ---- writing

    @Override
    public String write(@Nullable Object value) {
        return text(value, writerFor(value));
    }

    @Override
    public String write(@Nullable Object value, Type type) {
        return text(value, writerFor(value, type));
    }

    @Override
    public void write(@Nullable Object value, Writer to) throws IOException {
        write(value, writerFor(value), to);
    }

    @Override
    public void write(@Nullable Object value, Type type, Writer to) throws IOException {
        write(value, writerFor(value, type), to);
    }

    @Override
    public void write(@Nullable Object value, OutputStream to) throws IOException {
        write(value, writerFor(value), to);
    }

    @Override
    public void write(@Nullable Object value, Type type, OutputStream to) throws IOException {
        write(value, writerFor(value, type), to);
    }

    private static String text(@Nullable Object value, ObjectWriter writer) {
        try {
            return writer.writeValueAsString(value);
        } catch (JsonProcessingException | StackOverflowError e) {
            throw unserialisable(value, e);
        }
    }

    private static void write(@Nullable Object value, ObjectWriter writer, Writer to) throws IOException {
        try {
            writer.writeValue(to, value);
        } catch (JsonProcessingException | StackOverflowError e) {
            throw unserialisable(value, e);
        }
    }

    private void write(@Nullable Object value, ObjectWriter writer, OutputStream to) throws IOException {
        if (!(to instanceof JsonBuffer buffer && generatesBytes() && writeBytes(value, writer, buffer))) {
            JsonWriter text = new JsonWriter(to);
            write(value, writer, text);
            text.finish();
        }
    }

    /** Returns false, with nothing written, if unpaired surrogates require a generator of texts. */
    private static boolean writeBytes(@Nullable Object value, ObjectWriter writer, JsonBuffer to) throws IOException {
        int start = to.length();
        try {
            writer.writeValue(to, value);
            if (to.isUnicodeFrom(start)) {
                return true;
            }
        } catch (JsonProcessingException | IllegalArgumentException e) {
            if (!isOfHalves(e)) {
                throw e instanceof IllegalArgumentException refusal ? refusal : unserialisable(value, e);
            }
        } catch (StackOverflowError e) {
            throw unserialisable(value, e);
        }
        to.truncate(start);
        return false;
    }

    private static boolean isOfHalves(Exception refusal) {
        return String.valueOf(refusal.getMessage()).contains("surrogate");
    }

    private boolean generatesBytes() {
        Boolean known = generatesBytes;
        if (known == null) {
            known = generatesBytes(writerFor(HALVES));
            generatesBytes = known;
        }
        return known;
    }

    private static boolean generatesBytes(ObjectWriter writer) {
        try {
            return Arrays.equals(writer.writeValueAsBytes(HALVES), JsonBuffer.utf8(writer.writeValueAsString(HALVES)));
        } catch (JsonProcessingException | RuntimeException e) {
            return false; // a serializer of the application's that takes no such text
        }
    }

    private static IllegalArgumentException unserialisable(@Nullable Object value, Throwable cause) {
        String type = value == null ? "null" : value.getClass().getName();
        return new IllegalArgumentException("can't be serialised: " + type, cause);
    }

    private ObjectWriter writerFor(@Nullable Object value) {
        return value == null
                ? plainWriter()
                : kept(writers, value.getClass(), found -> plainWriter().forType(found));
    }

    private ObjectWriter writerFor(@Nullable Object value, Type type) {
        return value == null || type instanceof Class<?>
                ? writerFor(value)
                : kept(declaredWriters, new Declared(type, value.getClass()), this::writer);
    }

    /** Writes surrogate pairs as four bytes, and unpaired surrogates as escapes. */
    private ObjectWriter plainWriter() {
        ObjectWriter plain = view == null ? mapper.writer() : mapper.writerWithView(view);
        return plain.with(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
                .without(JsonWriteFeature.WRITE_HEX_UPPER_CASE);
    }

    private ObjectWriter writer(Declared declared) {
        ObjectWriter plain = plainWriter();
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

    private static <K, V> V kept(ConcurrentMap<K, V> all, K key, Function<K, V> make) {
        V known = all.get(key);
        if (known != null) {
            return known;
        }
        if (all.size() >= MAX_KEPT) {
            all.clear();
        }
        V made = make.apply(key); // not under the map's lock, as it runs modules of the application's mapper
        V other = all.putIfAbsent(key, made);
        return other == null ? made : other;
    }

    // ---- the rest

    @Override
    public XyJson withView(Class<?> view) {
        XyJson known = views.get(view);
        return known != null ? known : views.computeIfAbsent(view, unknown -> new Jackson2Json(mapper, unknown, views));
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
