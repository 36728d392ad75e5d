package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.xywebsocket.XyConnectionListener;
import io.xywebsocket.XyFunction;
import io.xywebsocket.XyHandlerDecorator;
import io.xywebsocket.XyHandlerInfo;
import io.xywebsocket.XyHandlers;
import io.xywebsocket.XyListener;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyRegistration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What may be put around handlers, and that it is put around all of them. */
class DecoratorTests extends WithEndpoints {

    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final BlockingQueue<String> handled = new LinkedBlockingQueue<>();

    /** Notes what it was asked to decorate, and what runs. */
    private final class Noting implements XyHandlerDecorator {

        private final String who;

        Noting(String who) {
            this.who = who;
        }

        @Override
        public XyFunction function(XyHandlerInfo handler, XyFunction function) {
            seen.add(who + " function " + handler.name());
            return (called, payload, peer) -> who + "(" + function.call(called, payload, peer) + ")";
        }

        @Override
        public XyListener listener(XyHandlerInfo handler, XyListener listener) {
            seen.add(who + " listener " + handler.name());
            XyListener.Awaited decorated = (heard, payload, peer) -> {
                handled.add(who + " before " + heard);
                return listener.handle(heard, payload, peer);
            };
            return decorated;
        }

        @Override
        public XyConnectionListener connectionListener(XyConnectionListener listener) {
            return new Told(who, handled, listener);
        }
    }

    private record Told(String who, BlockingQueue<String> told, @Nullable XyConnectionListener next)
            implements XyConnectionListener {
        @Override
        public void connected(XyPeer peer) {
            told.add(who + " connected");
            if (next != null) {
                next.connected(peer);
            }
        }

        @Override
        public void identified(XyPeer peer) {
            told.add(who + " identified " + peer.principal());
        }

        @Override
        public void disconnected(XyPeer peer, int code, String reason) {
            told.add(who + " disconnected");
        }
    }

    @Test
    void standAroundFunctionsTheFirstOneOutermost() {
        XyEndpoint endpoint =
                endpoint(settings -> settings.decorator(new Noting("outer")).decorator(new Noting("inner")));
        endpoint.handlers().register("f", (name, payload, peer) -> "f");
        endpoint.handlers().fallback((name, payload, peer) -> name);
        RawPeer peer = connect(endpoint);

        peer.send(call("f", "1"));
        assertThat(peer.next()).isEqualTo(resolved("f", "1", "\"outer(inner(f))\""));
        peer.send(call("g", "2"));
        assertThat(peer.next()).isEqualTo(resolved("g", "2", "\"outer(inner(g))\""));
        assertThat(seen)
                .containsExactly("inner function f", "outer function f", "inner function null", "outer function null");
    }

    @Test
    void standAroundListenersWhichAreAwaitedStill() throws InterruptedException {
        XyEndpoint endpoint = endpoint(settings -> settings.decorator(new Noting("d")));
        CompletableFuture<Void> slow = new CompletableFuture<>();
        XyListener.Awaited awaited = (name, payload, peer) -> slow;
        endpoint.handlers().on("slow", awaited);
        endpoint.handlers().on("quick", (name, payload, peer) -> handled.add("quick"));
        endpoint.handlers().onUnhandled((name, payload, peer) -> handled.add("unhandled " + name));
        RawPeer peer = connect(endpoint);
        assertThat(handled.take()).isEqualTo("d connected");

        peer.send(event("slow")).send(event("quick")).send(event("other"));
        assertThat(handled.take()).isEqualTo("d before slow");
        assertThat(handled.poll(50, TimeUnit.MILLISECONDS))
                .as("the next event waits")
                .isNull();
        slow.complete(null);
        assertThat(handled.take()).isEqualTo("d before quick");
        assertThat(handled.take()).isEqualTo("quick");
        assertThat(handled.take()).isEqualTo("d before other");
        assertThat(handled.take()).isEqualTo("unhandled other");
    }

    @Test
    void standAroundWhatIsToldOfPeers() throws InterruptedException {
        XyEndpoint endpoint = endpoint(settings ->
                settings.connectionListener(new Told("inside", handled, null)).decorator(new Noting("around")));
        RawPeer peer = connect(endpoint);
        assertThat(handled.take()).isEqualTo("around connected");
        assertThat(handled.take()).isEqualTo("inside connected");
        peer.vanish();
        assertThat(handled.take()).isEqualTo("around disconnected");
    }

    @Test
    void everyListenerOfPeersIsToldWhateverBecomesOfTheOthers() throws InterruptedException {
        XyEndpoint endpoint = endpoint(settings -> settings.connectionListener(new Told("first", handled, null))
                .connectionListener(new FailingLater())
                .connectionListener(new Told("last", handled, null)));
        try (LogCapture log = new LogCapture()) {
            RawPeer peer = connect(endpoint);
            assertThat(handled.take()).isEqualTo("first connected");
            assertThat(handled.take()).isEqualTo("last connected");
            assertThatThrownBy(() -> peer.peer().identify(new User("ada"))).hasMessage("identified");
            assertThat(handled.take()).isEqualTo("first identified User[name=ada]");
            assertThat(handled.take()).isEqualTo("last identified User[name=ada]");
            peer.vanish();
            assertThat(handled.take()).isEqualTo("first disconnected");
            assertThat(handled.take()).isEqualTo("last disconnected");
            assertThat(log.lines(Level.ERROR)).hasSize(2).containsOnly("A listener of connections failed");
        }
    }

    private static final class FailingLater implements XyConnectionListener {

        @Override
        public void connected(XyPeer peer) {}

        @Override
        public void identified(XyPeer peer) {
            throw new IllegalStateException("identified");
        }

        @Override
        public void disconnected(XyPeer peer, int code, String reason) {
            throw new AssertionError("disconnected");
        }
    }

    @Test
    void aRegistrationTakesBackWhatWasDecorated() {
        XyEndpoint endpoint = endpoint(settings -> settings.decorator(new Noting("d")));
        XyRegistration registration = endpoint.handlers().register("f", (name, payload, peer) -> 1);
        registration.close();
        RawPeer peer = connect(endpoint);
        peer.send(call("f", "1"));
        assertThat(peer.next()).contains("'f' not found");
    }

    /** Lets pass what has a rule. */
    private final class Guard implements XyHandlerDecorator {

        @Override
        public XyFunction function(XyHandlerInfo handler, XyFunction function) {
            seen.add(handler.kind() + " " + handler.name() + " " + handler.guarded());
            return function;
        }

        @Override
        public XyListener listener(XyHandlerInfo handler, XyListener listener) {
            seen.add(handler.kind() + " " + handler.name() + " " + handler.guarded());
            return listener;
        }
    }

    @Test
    void aRuleIsSeenThroughDecorators() {
        XyEndpoint endpoint =
                endpoint(settings -> settings.decorator(new Guard()).decorator(new Noting("inner")));
        seen.clear();
        XyHandlers ruled = endpoint.handlers().guardedBy(new Noting("rule"));

        ruled.register("ruled", (name, payload, peer) -> "f");
        ruled.fallback((name, payload, peer) -> "any");
        endpoint.handlers().register("open", (name, payload, peer) -> "f");
        ruled.on("ruled", (name, payload, peer) -> handled.add("heard " + name));
        ruled.onUnhandled((name, payload, peer) -> handled.add("unhandled " + name));
        endpoint.handlers().on("open", (name, payload, peer) -> {});
        endpoint.handlers().onUnhandled((name, payload, peer) -> {});
        assertThat(seen.stream().filter(each -> !each.startsWith("inner") && !each.startsWith("rule")))
                .containsExactly(
                        "FUNCTION ruled true",
                        "FUNCTION null true",
                        "FUNCTION open false",
                        "LISTENER ruled true",
                        "LISTENER null true",
                        "LISTENER open false",
                        "LISTENER null false");
        RawPeer peer = connect(endpoint);
        assertThat(peer.ask(call("ruled", "1"))).isEqualTo(resolved("ruled", "1", "\"inner(rule(f))\""));
        assertThat(peer.ask(call("open", "2"))).isEqualTo(resolved("open", "2", "\"inner(f)\""));
        assertThat(peer.ask(call("other", "3"))).isEqualTo(resolved("other", "3", "\"inner(rule(any))\""));
        peer.send(event("ruled")).send(event("other")).assertAlive();
        assertThat(handled)
                .containsSubsequence(
                        "inner before ruled",
                        "rule before ruled",
                        "heard ruled",
                        "rule before other",
                        "unhandled other");
    }

    @Test
    void aFurtherRuleStandsInsideOfTheFirst() {
        XyEndpoint endpoint = endpoint();
        XyHandlers twice = endpoint.handlers().guardedBy(new Noting("one")).guardedBy(new Noting("two"));
        XyRegistration registration = twice.register("f", (name, payload, peer) -> "f");
        RawPeer peer = connect(endpoint);

        assertThat(peer.ask(call("f", "1"))).isEqualTo(resolved("f", "1", "\"one(two(f))\""));
        assertThatThrownBy(() -> twice.register("f", (name, payload, caller) -> "g"))
                .isInstanceOf(IllegalStateException.class);
        registration.close();
        assertThat(peer.ask(call("f", "2"))).contains("'f' not found");
        twice.register("f", String.class, text -> text);
        assertThat(twice.unregister("f")).isTrue();
        assertThat(endpoint.handlers().unregister("f")).isFalse();
    }

    @Test
    void aRuleKeepsTheStageOfAListener() throws InterruptedException {
        CompletableFuture<Void> slow = new CompletableFuture<>();
        XyEndpoint endpoint = endpoint();
        XyListener.Awaited awaited = (name, payload, peer) -> slow;
        XyHandlers ruled = endpoint.handlers().guardedBy(new Noting("rule"));
        ruled.on("slow", awaited);
        ruled.on("quick", (name, payload, peer) -> handled.add("quick"));
        RawPeer peer = connect(endpoint);

        peer.send(event("slow")).send(event("quick"));
        assertThat(handled.take()).isEqualTo("rule before slow");
        assertThat(handled.poll(50, TimeUnit.MILLISECONDS))
                .as("the next event waits")
                .isNull();
        slow.complete(null);
        assertThat(handled.take()).isEqualTo("rule before quick");
        assertThat(handled.take()).isEqualTo("quick");
    }

    // ---- who has logged in

    private record User(String name) implements java.security.Principal {
        @Override
        public String getName() {
            return name;
        }
    }

    @Test
    void aPeerMayBeIdentifiedAnewAndTheListenerHearsOfIt() throws InterruptedException {
        XyEndpoint endpoint = endpoint(settings -> settings.connectionListener(new Told("l", handled, null)));
        endpoint.handlers().register("who", (name, payload, peer) -> String.valueOf(peer.principal()));
        RawPeer peer = connect(endpoint);
        assertThat(handled.take()).isEqualTo("l connected");

        peer.peer().identify(new User("ada"));
        assertThat(handled.take()).isEqualTo("l identified User[name=ada]");
        peer.send(call("who", "1"));
        assertThat(peer.next()).contains("ada");
        assertThat(peer.peer().withTimeout(millis(1)).principal()).isEqualTo(new User("ada"));
        peer.peer().identify(null);
        peer.send(call("who", "2"));
        assertThat(peer.next()).contains("null");
    }

    @Test
    void thePeersOfAUserAreFoundByTheNameThatTheyHaveNow() {
        XyEndpoint endpoint = endpoint();
        RawPeer one = connect(endpoint);
        RawPeer other = connect(endpoint);
        one.peer().identify(new User("ada"));

        assertThat(endpoint.peers().ofUser("ada")).containsExactly(one.peer());
        other.peer().identify(new User("ada"));
        assertThat(endpoint.peers().ofUser("ada")).containsExactlyInAnyOrder(one.peer(), other.peer());
        one.peer().identify(new User("bob"));
        other.vanish();
        await().until(() -> endpoint.peers().ofUser("ada").isEmpty());
    }
}
