package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyFunction;
import io.xywebsocket.XyHandlers;
import io.xywebsocket.XyListener;
import io.xywebsocket.XyPayload;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyRegistration;
import io.xywebsocket.XyType;
import java.util.List;
import java.util.Map;
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
