package io.xywebsocket.spring.json;

import io.xywebsocket.XyBindingException;
import io.xywebsocket.XyJson;
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
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.exc.InvalidDefinitionException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Payloads by a Jackson 3 mapper. Loaded only where Jackson 3 is. Thread-safe.
 *
 * @since 0.1
 */
public final class Jackson3Json implements XyJson {

    /** So many readers, and writers of either kind, are kept; types that an application makes as it goes would have no end. */
    private static final int MAX_KEPT = 1_000;

    /** Halves of surrogate pairs, and whole ones: in these the generators of UTF-8 differ, by their versions and settings. */
    private static final String HALVES = "\u00e9\ud83d\ude9a\ud800z\udc00";

    private final JsonMapper mapper;
    private final @Nullable Class<?> view;
    private final ObjectReader reader;
    private final ConcurrentMap<Type, ObjectReader> readers = new ConcurrentHashMap<>();
    private final ConcurrentMap<Class<?>, ObjectWriter> writers = new ConcurrentHashMap<>();
    private final ConcurrentMap<Declared, ObjectWriter> declaredWriters = new ConcurrentHashMap<>();
    private final ConcurrentMap<Class<?>, XyJson> views;

    /** Result of comparing the bytes that the mapper generates with its texts; null until they have been compared. */
    private volatile @Nullable Boolean generatesBytes;

    /** A value as a type that was declared for it. */
    private record Declared(Type type, Class<?> found) {}

    private Jackson3Json(JsonMapper mapper) {
        this(mapper, null, new ConcurrentHashMap<>());
    }

    private Jackson3Json(JsonMapper mapper, @Nullable Class<?> view, ConcurrentMap<Class<?>, XyJson> views) {
        this.mapper = mapper;
        this.view = view;
        this.views = views;
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

    private static @Nullable Object read(Supplier<@Nullable Object> reading, Type type) {
        try {
            return reading.get();
        } catch (InvalidDefinitionException e) {
            throw new IllegalStateException("can't be read: " + type.getTypeName(), e);
        } catch (JacksonException e) {
            Class<?> target = e instanceof MismatchedInputException mismatch ? mismatch.getTargetType() : null;
            throw new XyBindingException(path(e), target, e);
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
    public void write(@Nullable Object value, Writer to) {
        write(value, writerFor(value), to);
    }

    @Override
    public void write(@Nullable Object value, Type type, Writer to) {
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
        } catch (JacksonException | StackOverflowError e) {
            throw unserialisable(value, e);
        }
    }

    private static void write(@Nullable Object value, ObjectWriter writer, Writer to) {
        try {
            writer.writeValue(to, value);
        } catch (JacksonException | StackOverflowError e) {
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

    /** Returns false, with nothing written, if there are halves of pairs where only a generator of texts takes them. */
    private static boolean writeBytes(@Nullable Object value, ObjectWriter writer, JsonBuffer to) {
        int start = to.length();
        try {
            writer.writeValue(to, value);
            if (to.isUnicodeFrom(start)) {
                return true;
            }
        } catch (JacksonException | IllegalArgumentException e) {
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
        } catch (RuntimeException e) {
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

    /** Its bytes have whole pairs as four, and halves as we escape them. */
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
        V made = make.apply(key); // not under the map's lock: this runs what the application has told its mapper
        V other = all.putIfAbsent(key, made);
        return other == null ? made : other;
    }

    // ---- the rest

    @Override
    public XyJson withView(Class<?> view) {
        XyJson known = views.get(view);
        return known != null ? known : views.computeIfAbsent(view, unknown -> new Jackson3Json(mapper, unknown, views));
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
