package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import io.xywebsocket.XyException;
import io.xywebsocket.XyFunction;
import io.xywebsocket.XyHandlers;
import io.xywebsocket.XyListener;
import io.xywebsocket.XyPayload;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyRegistration;
import io.xywebsocket.XyType;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Functions and listeners that come and go while peers are connected. */
class XyHandlersTests extends WithEndpoints {

    private final List<String> log = new CopyOnWriteArrayList<>();
    private XyHandlers handlers;
    private RawPeer peer;

    @BeforeEach
    void connect() {
        XyEndpoint endpoint = endpoint();
        handlers = endpoint.handlers();
        peer = connect(endpoint);
    }

    private String answer() {
        return peer.ask(call("f", "1", "1"));
    }

    @Test
    void aFunctionComesAndGoes() {
        assertThat(answer()).contains("404");
        XyRegistration registration = handlers.register("f", Integer.class, i -> i + 1);
        assertThat(answer()).isEqualTo(resolved("f", "1", "2"));
        registration.close();
        assertThat(answer()).contains("404");
        handlers.register("f", Integer.class, (i, from) -> from.equals(peer.peer()));
        registration.close();
        assertThat(answer()).isEqualTo(resolved("f", "1", "true"));
        assertThat(handlers.unregister("f")).isTrue();
        assertThat(handlers.unregister("f")).isFalse();
        assertThat(answer()).contains("404");
    }

    @Test
    void aTakenNameIsRefused() {
        handlers.register("f", (name, payload, from) -> 1);
        assertThatThrownBy(() -> handlers.register("f", (name, payload, from) -> 2))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("'f'");
        assertThat(answer()).isEqualTo(resolved("f", "1", "1"));
    }

    @Test
    void aTypeThatNoPayloadIsIsRefused() {
        assertThatThrownBy(() -> handlers.register("f", java.io.InputStream.class, in -> 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("InputStream", "take a byte[]");
        assertThatThrownBy(() -> handlers.register("f", XyPeer.class, (other, from) -> 1))
                .hasMessageContaining("take an XyPeer for the connection");
        assertThatThrownBy(() -> handlers.on("f", new XyType<List<Thread>>() {}, threads -> {}))
                .hasMessageContaining("Thread");
        assertThatThrownBy(() -> handlers.on("f", java.util.concurrent.Future[].class, (futures, from) -> {}))
                .hasMessageContaining("the value itself");
        handlers.register("f", XyPayload.class, given -> 1).close();
        assertThat(answer()).contains("404");
    }

    @Test
    void oneFunctionUnderTwoNamesIsTakenBackOneByOne() {
        XyFunction function = (name, payload, from) -> name;
        XyRegistration first = handlers.register("f", function);
        handlers.register("g", function);
        first.close();
        assertThat(answer()).contains("404");
        assertThat(peer.ask(call("g", "1"))).isEqualTo(resolved("g", "1", "\"g\""));
    }

    @Test
    void theFallbackAnswersWhatNoFunctionDoes() {
        XyRegistration fallback = handlers.fallback((name, payload, from) -> name + payload.json());
        assertThatThrownBy(() -> handlers.fallback((name, payload, from) -> 1))
                .isInstanceOf(IllegalStateException.class);
        assertThat(answer()).isEqualTo(resolved("f", "1", "\"f1\""));
        handlers.register("f", (name, payload, from) -> 2);
        assertThat(answer()).isEqualTo(resolved("f", "1", "2"));
        handlers.unregister("f");
        fallback.close();
        assertThat(answer()).contains("404");
        handlers.fallback((name, payload, from) -> 3);
        fallback.close();
        assertThat(answer()).isEqualTo(resolved("f", "1", "3"));
    }

    @Test
    void listenersComeAndGoAndTheUnhandledIsHeard() {
        XyListener listener = (name, payload, from) -> log.add("on " + name);
        XyRegistration unhandled =
                handlers.onUnhandled((name, payload, from) -> log.add("unhandled " + name + payload.json()));
        handlers.onUnhandled((name, payload, from) -> log.add("also"));
        peer.send(event("e", "1")).assertAlive();
        XyRegistration first = handlers.on("e", listener);
        XyRegistration second = handlers.on("e", listener);
        peer.send(event("e")).assertAlive();
        first.close();
        first.close();
        peer.send(event("e")).assertAlive();
        second.close();
        unhandled.close();
        peer.send(event("e")).assertAlive();
        assertThat(log).containsExactly("unhandled e1", "also", "on e", "on e", "on e", "also");
    }

    @Test
    void typedHandlersGetTheirTypes() {
        handlers.register("list", new XyType<List<Map<String, Integer>>>() {}, list -> list.get(0)
                .get("a"));
        handlers.register("listOf", new XyType<List<Integer>>() {}, (list, from) -> list.get(0) + 1);
        handlers.on("a", new XyType<List<Integer>>() {}, list -> log.add("" + (list.get(0) + 1)));
        handlers.on("a", new XyType<List<Integer>>() {}, (list, from) -> log.add(from.id()));
        handlers.on("a", List.class, (list, from) -> log.add("" + list));
        assertThat(peer.ask(call("list", "[{\"a\":5}]", "1"))).isEqualTo(resolved("list", "1", "5"));
        assertThat(peer.ask(call("listOf", "[5]", "1"))).isEqualTo(resolved("listOf", "1", "6"));
        peer.send(event("a", "[1]")).assertAlive();
        assertThat(log).containsExactly("2", peer.peer().id(), "[1]");
    }

    private int three() {
        return 3;
    }

    private String shown(Integer i, XyPeer from) {
        return i + " " + from.equals(peer.peer());
    }

    private void note(String text) {
        log.add(text);
    }

    private Object untyped(String name, XyPayload payload, XyPeer from) {
        return name;
    }

    /** That this compiles is half of what it shows. */
    @Test
    void lambdasAndMethodReferencesOfEachKindAreTold() {
        handlers.register("none", () -> 1);
        handlers.register("one", Integer.class, i -> i);
        handlers.register("two", Integer.class, (i, from) -> i + 1);
        handlers.register("three", (name, payload, from) -> name);
        handlers.register("ref0", this::three);
        handlers.register("static0", Locale::getDefault);
        handlers.register("ref1", String.class, String::length);
        handlers.register("static1", Integer.class, Integer::toHexString);
        handlers.register("ref2", Integer.class, this::shown);
        handlers.register("ref3", this::untyped);
        handlers.on("e", () -> log.add("none"));
        handlers.on("e", log::size);
        handlers.on("e", String.class, text -> log.add(text));
        handlers.on("e", String.class, this::note);
        handlers.on("e", String.class, (text, from) -> log.add(text + from.equals(peer.peer())));
        handlers.on("e", (name, payload, from) -> log.add(name));
        assertThat(peer.ask(call("none", "1"))).isEqualTo(resolved("none", "1", "1"));
        assertThat(peer.ask(call("one", "5", "2"))).isEqualTo(resolved("one", "2", "5"));
        assertThat(peer.ask(call("two", "5", "3"))).isEqualTo(resolved("two", "3", "6"));
        assertThat(peer.ask(call("three", "4"))).isEqualTo(resolved("three", "4", "\"three\""));
        assertThat(peer.ask(call("ref0", "5"))).isEqualTo(resolved("ref0", "5", "3"));
        assertThat(peer.ask(call("static0", "6"))).contains("resolve.static0");
        assertThat(peer.ask(call("ref1", "\"abcd\"", "7"))).isEqualTo(resolved("ref1", "7", "4"));
        assertThat(peer.ask(call("static1", "255", "8"))).isEqualTo(resolved("static1", "8", "\"ff\""));
        assertThat(peer.ask(call("ref2", "5", "9"))).isEqualTo(resolved("ref2", "9", "\"5 true\""));
        assertThat(peer.ask(call("ref3", "10"))).isEqualTo(resolved("ref3", "10", "\"ref3\""));
        peer.send(event("e", "\"a\"")).assertAlive();
        assertThat(log).containsExactly("none", "a", "a", "atrue", "e");
    }

    @Test
    void aFunctionWithoutAPayloadIgnoresOneAndMayFail() {
        handlers.register("f", () -> CompletableFuture.completedFuture("later"));
        handlers.register("g", () -> {
            throw new XyException(409, "no");
        });
        handlers.register("h", () -> null);
        assertThat(answer()).isEqualTo(resolved("f", "1", "\"later\""));
        assertThat(peer.ask(call("g", "1"))).contains("\"status\":409");
        assertThat(peer.ask(call("h", "1"))).isEqualTo(resolved("h", "1", "null"));
    }

    /** As missing payloads are one object for all calls. */
    @Test
    void aMissingPayloadIsNotUsedUp() {
        handlers.register("f", () -> 1);
        handlers.register("g", (name, payload, from) -> payload.isPresent());
        assertThat(peer.ask(call("f", "1"))).isEqualTo(resolved("f", "1", "1"));
        assertThat(peer.ask(call("g", "2"))).isEqualTo(resolved("g", "2", "false"));
        assertThat(XyPayload.none().json()).isEmpty();
    }

    @Test
    void aTypedFunctionTakesThePayloadAsItCame() {
        handlers.register("f", XyPayload.class, payload -> payload.isPresent() + payload.json());
        handlers.register("later", XyPayload.class, (payload, from) -> CompletableFuture.supplyAsync(payload::json));
        handlers.register("echo", XyPayload.class, payload -> payload);
        assertThat(peer.ask(call("f", "{\"a\": 1}", "1"))).isEqualTo(resolved("f", "1", "\"true{\\\"a\\\": 1}\""));
        assertThat(peer.ask(call("f", "2"))).isEqualTo(resolved("f", "2", "\"false\""));
        assertThat(peer.ask(call("later", "[7]", "3"))).isEqualTo(resolved("later", "3", "\"[7]\""));
        assertThat(peer.ask(call("echo", "{\"a\": 1}", "4"))).isEqualTo(resolved("echo", "4", "{\"a\": 1}"));
        assertThat(peer.ask(call("echo", "5"))).isEqualTo("{\"e\":\"resolve.echo\",\"id\":5}");
    }

    @Test
    void anOptionalPayloadMayBeMissing() {
        handlers.register("f", new XyType<Optional<List<Integer>>>() {}, list -> list.isPresent() + "" + list);
        handlers.register("p", new XyType<Optional<XyPayload>>() {}, payload -> payload.map(XyPayload::json)
                .orElse("none"));
        handlers.on("e", new XyType<Optional<Integer>>() {}, i -> log.add("" + i));
        handlers.on("e", new XyType<Optional<Integer>>() {}, (i, from) -> log.add("" + i.orElse(0)));
        handlers.on("e", XyPayload.class, payload -> log.add(payload.toString()));
        assertThat(peer.ask(call("f", "[5]", "1"))).isEqualTo(resolved("f", "1", "\"trueOptional[[5]]\""));
        assertThat(peer.ask(call("f", "null", "2"))).isEqualTo(resolved("f", "2", "\"falseOptional.empty\""));
        assertThat(peer.ask(call("f", "3"))).isEqualTo(resolved("f", "3", "\"falseOptional.empty\""));
        assertThat(peer.ask(call("f", "5", "4"))).contains("\"status\":400");
        assertThat(peer.ask(call("p", "[5]", "5"))).isEqualTo(resolved("p", "5", "\"[5]\""));
        assertThat(peer.ask(call("p", "6"))).isEqualTo(resolved("p", "6", "\"none\""));
        peer.send(event("e", "5")).send(event("e", "null")).send(event("e")).assertAlive();
        assertThat(log)
                .containsExactly(
                        "Optional[5]",
                        "5",
                        "XyPayload[1 bytes]",
                        "Optional.empty",
                        "0",
                        "XyPayload[4 bytes]",
                        "Optional.empty",
                        "0",
                        "XyPayload[none]");
        assertThatThrownBy(() -> handlers.register("g", new XyType<Optional<XyPeer>>() {}, any -> 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aTypedFunctionDeclaresItsAnswer() {
        XyType<List<Shape>> shapes = new XyType<>() {};
        XyType<Integer> size = XyType.of(Integer.class);
        handlers.register("f", size, i -> List.of(new Circle(i)), shapes);
        handlers.register("g", size, (i, from) -> CompletableFuture.completedFuture(List.of(new Circle(i))), shapes);
        assertThat(peer.ask(call("f", "1", "1"))).isEqualTo(resolved("f", "1", "[{\"kind\":\"circle\",\"radius\":1}]"));
        assertThat(peer.ask(call("g", "2", "2"))).isEqualTo(resolved("g", "2", "[{\"kind\":\"circle\",\"radius\":2}]"));
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    @JsonSubTypes(@JsonSubTypes.Type(Circle.class))
    sealed interface Shape {}

    @JsonTypeName("circle")
    record Circle(int radius) implements Shape {}

    @Test
    void handlersMayComeAndGoWhileCallsRun() {
        Thread changing = new Thread(() -> {
            for (int i = 0; i < 2000; i++) {
                handlers.on("e", (name, payload, from) -> log.add("e")).close();
                handlers.register("f", (name, payload, from) -> 1).close();
            }
        });
        changing.start();
        for (int i = 0; i < 500; i++) {
            peer.send(event("e")).send(call("f", "1"));
        }
        await().until(() -> peer.received() == 500 && !changing.isAlive());
        assertThat(peer.frames()).allMatch(frame -> frame.contains("resolve.f") || frame.contains("404"));
    }

    @Test
    void aPayloadGivesItsMembers() {
        handlers.register("f", (name, payload, from) -> {
            Map<String, XyPayload> members = payload.members();
            return List.of(
                    members.keySet(),
                    members.get("a").as(Integer.class),
                    members.get("b").json());
        });
        assertThat(peer.ask(call("f", " { \"a\" : 1 , \"b\":{ \"c\":[] } , \"a\":2} ", "1")))
                .isEqualTo(resolved("f", "1", "[[\"a\",\"b\"],2,\"{ \\\"c\\\":[] }\"]"));
        assertThat(peer.ask(call("f", "[]", "1"))).contains("\"status\":400", "expected an object");
        assertThat(peer.ask(call("f", "1"))).contains("\"status\":400", "Missing payload");
        assertThat(XyPayload.none()).hasToString("XyPayload[none]");
    }

    @Test
    void refusesTheNameByWhichPagesAskWhetherWeLive() {
        assertThatThrownBy(() -> endpoint().handlers().register("xy.alive", (name, payload, peer) -> 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("xy.alive");
    }
}
