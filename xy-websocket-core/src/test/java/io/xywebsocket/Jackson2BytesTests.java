package io.xywebsocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import io.xywebsocket.protocol.JsonBuffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same bytes as the text has, whatever there is in it and whatever the mapper is told. */
class Jackson2BytesTests {

    record Item(String name, Map<String, Object> more) {}

    enum Odd {
        @JsonProperty("\ud800")
        HALF,
        WHOLE
    }

    record Named(@JsonProperty("a\udc00") int number) {}

    record Raw(@JsonRawValue String raw) {}

    static final class Failing {
        public String getName() {
            throw new IllegalStateException("boom");
        }
    }

    private static final String HALVES = "\u00e9\u20ac\ud83d\ude9a\ud800z\udc00\ud83d";

    private static XyJson json(UnaryOperator<JsonMapper.Builder> settings) {
        return XyJson.jackson2(settings.apply(JsonMapper.builder()).build());
    }

    private static String bytes(XyJson json, @Nullable Object value) throws Exception {
        JsonBuffer buffer = new JsonBuffer().append("before ");
        json.write(value, buffer);
        String text = StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(buffer.array(), 0, buffer.length()))
                .toString();
        assertThat(text).startsWith("before ");
        return text.substring(7);
    }

    private static String escaped(String text) {
        return new JsonBuffer().append(text).toString();
    }

    static List<@Nullable Object> values() {
        return Arrays.asList(
                null,
                1,
                2.5,
                true,
                "",
                HALVES,
                "\u0000\u001f\"\\\n\u007f\u2028",
                HALVES.repeat(3_000),
                "z".repeat(7_999) + HALVES,
                Odd.HALF,
                Odd.WHOLE,
                List.of(Odd.HALF, HALVES),
                Map.of(HALVES, HALVES),
                Map.of(Odd.HALF, 1),
                new Named(1),
                new Raw("\"\ud800\""),
                new Raw("\"\udc00\udc00\""),
                new Raw("[\"\ud83d\ude9a\",{}]"),
                new Item("n", Map.of("a", List.of(1, new Named(2)))),
                new int[] {1, 2},
                Optional.class);
    }

    @ParameterizedTest
    @MethodSource("values")
    void bytesAreThoseOfTheText(@Nullable Object value) throws Exception {
        for (XyJson json : List.of(
                json(builder -> builder),
                json(builder -> builder.enable(JsonWriteFeature.ESCAPE_NON_ASCII)),
                json(builder -> builder.disable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)))) {
            String text = escaped(json.write(value));
            assertThat(bytes(json, value)).isEqualTo(text);
            assertThat(bytes(json, value)).as("again").isEqualTo(text);
            ByteArrayOutputStream elsewhere = new ByteArrayOutputStream();
            json.write(value, elsewhere);
            assertThat(elsewhere.toString(StandardCharsets.UTF_8)).isEqualTo(text);
        }
    }

    /** What its serializer writes is what it writes to. */
    private static final class Target extends StdSerializer<Target> {

        private static final long serialVersionUID = 1L;

        Target() {
            super(Target.class);
        }

        @Override
        public void serialize(Target value, JsonGenerator generator, SerializerProvider provider) throws IOException {
            generator.writeString(
                    String.valueOf(generator.getOutputTarget().getClass().getSimpleName()));
        }
    }

    @Test
    void theUsualCaseIsGeneratedAsBytes() throws Exception {
        SimpleModule module = new SimpleModule().addSerializer(new Target());
        assertThat(bytes(json(builder -> builder.addModule(module)), new Target()))
                .isEqualTo("\"JsonBuffer\"");
    }

    @Test
    void aMapperThatRefusesHalvesOfPairsGeneratesTexts() throws Exception {
        SimpleModule module = new SimpleModule().addSerializer(new Target()).addSerializer(new Refusing());
        assertThat(bytes(json(builder -> builder.addModule(module)), new Target()))
                .isEqualTo("\"JsonWriter\"");
    }

    private static final class Refusing extends StdSerializer<String> {

        private static final long serialVersionUID = 1L;

        Refusing() {
            super(String.class);
        }

        @Override
        public void serialize(String value, JsonGenerator generator, SerializerProvider provider) throws IOException {
            throw new IllegalStateException("no texts");
        }
    }

    @Test
    void halvesOfPairsAreEscapedAsEver() throws Exception {
        XyJson json = json(builder -> builder);
        assertThat(bytes(json, HALVES)).isEqualTo("\"\u00e9\u20ac\ud83d\ude9a\\ud800z\\udc00\\ud83d\"");
        assertThat(bytes(json, Odd.HALF)).isEqualTo("\"\\ud800\"");
        assertThat(bytes(json, new Raw("\"\udc00\udc00\""))).isEqualTo("{\"raw\":\"\\udc00\\udc00\"}");
    }

    @Test
    void bytesAreReadAsTheTextIs() {
        XyJson json = json(builder -> builder);
        String text = "{\"name\":\"" + "\u00e9\ud83d\ude9a" + "\\ud800\",\"more\":{\"\u20ac\":[1,null]}}";
        byte[] array = ("[{" + text + "}").getBytes(StandardCharsets.UTF_8);
        assertThat(json.read(array, 2, array.length - 3, Item.class)).isEqualTo(json.read(text, Item.class));
        byte[] misfit = "{\"name\":{},\"more\":null}".getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> json.read(misfit, 0, misfit.length, Item.class))
                .isInstanceOf(XyBindingException.class)
                .hasMessage("Invalid value at 'name': expected a text");
        assertThatThrownBy(() -> json.read(new byte[] {'{', '}'}, 0, 2, Runnable.class))
                .isInstanceOf(IllegalStateException.class);
        byte[] nothing = "null".getBytes(StandardCharsets.UTF_8);
        assertThat(json.read(nothing, 0, 4, Item.class)).isNull();
        assertThatThrownBy(() -> json.read(nothing, 0, 4, int.class)).isInstanceOf(XyBindingException.class);
    }

    @Test
    void whatCanNotBeWrittenIsTheApplicationsMistake() {
        XyJson json = json(builder -> builder);
        assertThatThrownBy(() -> bytes(json, new Failing()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("can't be serialised: " + Failing.class.getName());
        List<Object> circle = new ArrayList<>();
        circle.add(circle);
        assertThatThrownBy(() -> bytes(json, circle)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatHasNoEndIsStopped() {
        XyJson json = json(builder -> builder);
        JsonBuffer buffer = new JsonBuffer();
        buffer.bound(20_000);
        Iterable<String> endless =
                () -> Stream.generate(() -> "surrogate \ud800").iterator();
        assertThatThrownBy(() -> json.write(endless, buffer)).isInstanceOf(Exception.class);
        assertThat(buffer.isOverfull()).isTrue();
        assertThat(buffer.length()).isLessThanOrEqualTo(20_000);
    }

    /** A type that is known is not looked into again. */
    @Test
    void readersAndWritersAreMadeOnce() throws Exception {
        XyJson json = json(builder -> builder);
        AtomicInteger looks = new AtomicInteger();
        Type type = listOfStrings(looks);
        readAndWrite(json, type);
        int first = looks.get();
        assertThat(first).isPositive();
        readAndWrite(json, type);
        assertThat(looks).hasValue(first);
    }

    private static void readAndWrite(XyJson json, Type type) throws IOException {
        assertThat(json.read("[\"a\"]".getBytes(StandardCharsets.UTF_8), 0, 5, type))
                .isEqualTo(List.of("a"));
        JsonBuffer written = new JsonBuffer();
        json.write(List.of("a"), type, written);
        assertThat(written).hasToString("[\"a\"]");
    }

    /** Types that are equal to none but themselves are no leak. */
    @Test
    void forgetsTypesOnceThereAreTooMany() throws Exception {
        XyJson json = json(builder -> builder);
        List<WeakReference<Type>> types = new ArrayList<>();
        for (int i = 0; i < 2_500; i++) {
            Type type = listOfStrings(new AtomicInteger());
            types.add(new WeakReference<>(type));
            readAndWrite(json, type);
        }
        await().until(() -> {
            System.gc();
            return types.stream().filter(type -> type.get() != null).count() <= 1_000;
        });
        readAndWrite(json, listOfStrings(new AtomicInteger()));
    }

    private static Type listOfStrings(AtomicInteger looks) {
        return new ParameterizedType() {
            @Override
            public Type[] getActualTypeArguments() {
                return new Type[] {String.class};
            }

            @Override
            public Type getRawType() {
                looks.incrementAndGet();
                return List.class;
            }

            @Override
            public @Nullable Type getOwnerType() {
                return null;
            }
        };
    }
}
