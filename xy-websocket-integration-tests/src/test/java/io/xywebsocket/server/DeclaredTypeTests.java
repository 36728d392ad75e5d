package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import io.xywebsocket.XyBroadcaster;
import io.xywebsocket.XyRpc;
import io.xywebsocket.XyType;
import io.xywebsocket.client.XyClient;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What a handler declares that it answers reaches the mapper, as in Spring MVC: the class of a list doesn't say what it holds. */
class DeclaredTypeTests {

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    @JsonSubTypes({@JsonSubTypes.Type(Circle.class), @JsonSubTypes.Type(Square.class)})
    public sealed interface Shape {}

    @JsonTypeName("circle")
    public record Circle(int radius) implements Shape {}

    @JsonTypeName("square")
    public record Square(int side) implements Shape {}

    public record Page<T>(List<T> items, int total) {}

    public static class Sheet<T> {
        public final List<T> items;

        Sheet(List<T> items) {
            this.items = items;
        }
    }

    /** Has a member more than what is declared. */
    public static class Titled<T> extends Sheet<T> {
        public final String title = "t";

        Titled(List<T> items) {
            super(items);
        }
    }

    private static final Circle CIRCLE = new Circle(1);
    private static final List<Shape> TWO = List.of(CIRCLE, new Square(2));
    private static final String ONE_JSON = "{\"kind\":\"circle\",\"radius\":1}";
    private static final String TWO_JSON = "[" + ONE_JSON + ",{\"kind\":\"square\",\"side\":2}]";

    /** What is a variable here is a type in the bean's class. */
    public abstract static class Inherited<T> {

        abstract List<T> content();

        @XyRpc
        @GetMapping("/inherited")
        public List<T> inherited() {
            return content();
        }

        @XyRpc
        @GetMapping("/inheritedMap")
        public Map<String, List<T>> inheritedMap() {
            return Map.of("a", content());
        }

        @XyRpc
        @SuppressWarnings("unchecked")
        public List<T>[] inheritedArray() {
            return new List[] {content()};
        }

        @XyRpc
        public Flux<T> inheritedFlux() {
            return Flux.fromIterable(content());
        }
    }

    /** Of an interface, which a contract of the client's may be. */
    interface Contract {
        @XyRpc
        Page<Shape> contract(List<Shape> shapes);
    }

    @RestController
    public static class Drawings extends Inherited<Shape> implements Contract {

        @Override
        List<Shape> content() {
            return TWO;
        }

        @Override
        public Page<Shape> contract(List<Shape> shapes) {
            return new Page<>(shapes, shapes.size());
        }

        @XyRpc
        @GetMapping("/list")
        public List<Shape> list() {
            return TWO;
        }

        @XyRpc
        @GetMapping("/set")
        public Set<Shape> set() {
            return new LinkedHashSet<>(TWO);
        }

        @XyRpc
        @GetMapping("/map")
        public Map<String, Shape> map() {
            return Map.of("a", CIRCLE);
        }

        @XyRpc
        @GetMapping("/array")
        public Shape[] array() {
            return TWO.toArray(Shape[]::new);
        }

        @XyRpc
        public Optional<Shape> optional() {
            return Optional.of(CIRCLE);
        }

        @XyRpc
        public AtomicReference<Shape> reference() {
            return new AtomicReference<>(CIRCLE);
        }

        @XyRpc
        @GetMapping("/root")
        public Shape root() {
            return CIRCLE;
        }

        @XyRpc
        @GetMapping("/concrete")
        public List<Circle> concrete() {
            return List.of(CIRCLE);
        }

        @XyRpc
        @GetMapping("/wildcard")
        public List<? extends Shape> wildcard() {
            return TWO;
        }

        @XyRpc
        @GetMapping("/variable")
        public <S extends Shape> List<S> variable() {
            return new ArrayList<>();
        }

        @XyRpc
        @GetMapping("/nulls")
        public List<@Nullable Shape> nulls() {
            return Arrays.asList(CIRCLE, null);
        }

        @XyRpc
        @GetMapping("/nested")
        public Map<String, List<Optional<Shape>>> nested() {
            return Map.of("a", List.of(Optional.of(CIRCLE)));
        }

        @XyRpc
        public Iterable<Shape> iterable() {
            return Map.<String, Shape>of("a", CIRCLE).values();
        }

        @XyRpc
        public Stream<Shape> stream() {
            return TWO.stream();
        }

        @XyRpc
        @GetMapping("/raw")
        @SuppressWarnings("rawtypes")
        public List raw() {
            return List.of(1, "a");
        }

        @XyRpc
        @GetMapping("/object")
        public Object object() {
            return TWO;
        }

        @XyRpc
        @GetMapping("/future")
        public CompletableFuture<List<Shape>> future() {
            return CompletableFuture.supplyAsync(() -> TWO);
        }

        @XyRpc
        public Mono<List<Shape>> mono() {
            return Mono.just(TWO);
        }

        @XyRpc
        public Flux<Shape> flux() {
            return Flux.fromIterable(TWO);
        }

        @XyRpc
        public Mono<Page<Shape>> page() {
            return Mono.just(new Page<>(TWO, 2));
        }

        @XyRpc
        public Page<List<Shape>> pages() {
            return new Page<>(List.of(TWO), 1);
        }

        @XyRpc
        public Sheet<Shape> sheet() {
            return new Titled<>(TWO);
        }

        /** As a repository's native query may; MVC can't write it. */
        @XyRpc
        @SuppressWarnings({"unchecked", "rawtypes"})
        public List<Long> numbers() {
            return (List) List.of(1, 2);
        }
    }

    private static App app;
    private static RawClient client;

    @BeforeAll
    static void start() {
        app = App.of(Drawings.class);
        client = app.connect();
    }

    @AfterAll
    static void stop() {
        client.close();
        app.close();
    }

    private static String answer(String function) {
        return Json.payload(client.ask("{\"e\":\"c." + function + "\",\"id\":1}"))
                .toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "inherited",
                "inheritedMap",
                "list",
                "set",
                "map",
                "array",
                "root",
                "concrete",
                "wildcard",
                "variable",
                "nulls",
                "nested",
                "raw",
                "object",
                "future"
            })
    void isKeptAsSpringMvcKeepsIt(String function) {
        assertThat(answer(function))
                .isEqualTo(Json.of(app.get("/" + function).body()).toString());
    }

    @Test
    void isKeptOfContainersAndReferences() {
        for (String function : List.of("inherited", "list", "set", "array", "wildcard", "future", "stream", "mono")) {
            assertThat(answer(function)).as(function).isEqualTo(TWO_JSON);
        }
        for (String function : List.of("flux", "inheritedFlux")) {
            assertThat(answer(function)).as(function).isEqualTo(TWO_JSON);
        }
        for (String function : List.of("optional", "reference", "root")) {
            assertThat(answer(function)).as(function).isEqualTo(ONE_JSON);
        }
        assertThat(answer("map")).isEqualTo("{\"a\":" + ONE_JSON + "}");
        assertThat(answer("concrete")).isEqualTo("[" + ONE_JSON + "]");
        assertThat(answer("iterable")).isEqualTo("[" + ONE_JSON + "]");
        assertThat(answer("nulls")).isEqualTo("[" + ONE_JSON + ",null]");
        assertThat(answer("nested")).isEqualTo("{\"a\":[" + ONE_JSON + "]}");
        assertThat(answer("inheritedMap")).isEqualTo("{\"a\":" + TWO_JSON + "}");
        assertThat(answer("inheritedArray")).isEqualTo("[" + TWO_JSON + "]");
        assertThat(answer("variable")).isEqualTo("[]");
    }

    @Test
    void isKeptOfGenericTypesOfTheApplications() {
        assertThat(answer("page")).isEqualTo("{\"items\":" + TWO_JSON + ",\"total\":2}");
        assertThat(answer("pages")).isEqualTo("{\"items\":[" + TWO_JSON + "],\"total\":1}");
        assertThat(Json.of(answer("sheet"))).isEqualTo(Json.of("{\"title\":\"t\",\"items\":" + TWO_JSON + "}"));
    }

    @Test
    void isNoMatterWhereTheJdksOwnTypesAreHeld() {
        assertThat(answer("numbers")).isEqualTo("[1,2]");
    }

    @Test
    void isWhatATypedClientReads() {
        try (XyClient typed = XyClient.builder(URI.create("ws://localhost:" + app.port() + "/ws"))
                .build()) {
            typed.connect().join();
            assertThat(typed.proxy(Contract.class).contract(TWO)).isEqualTo(new Page<>(TWO, 2));
        }
    }

    @Test
    void canBeToldForABroadcast() {
        assertThat(answer("root")).isEqualTo(ONE_JSON); // so the peer is there
        app.bean(XyBroadcaster.class).broadcast("shapes", new XyType<List<Shape>>() {}.value(TWO));
        assertThat(client.next()).isEqualTo("{\"e\":\"e.shapes\",\"p\":" + TWO_JSON + "}");
    }
}
