package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.xywebsocket.XyCallTimeoutException;
import io.xywebsocket.XyException;
import io.xywebsocket.XyHandlerDecorator;
import io.xywebsocket.XyHandshake;
import io.xywebsocket.XyInterceptor;
import io.xywebsocket.XyJson;
import io.xywebsocket.XyListener;
import io.xywebsocket.XyMessage;
import io.xywebsocket.XyMessage.Kind;
import io.xywebsocket.XyPayload;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyType;
import io.xywebsocket.transport.OutgoingMessage;
import io.xywebsocket.transport.Transport;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What stands around calls and events, in all four directions. */
class InterceptorTests extends WithEndpoints {

    private final List<String> seen = new CopyOnWriteArrayList<>();

    private static String outline(XyMessage message) {
        return message.direction() + " " + message.kind() + " " + message.name() + " "
                + message.payload().json();
    }

    private XyInterceptor noting(String who) {
        return Intercept.all((message, chain) -> {
            seen.add(who + " before " + outline(message));
            Object result = chain.proceed(message);
            seen.add(who + " after");
            return result;
        });
    }

    private XyEndpoint with(XyInterceptor... interceptors) {
        return endpoint(settings -> {
            for (XyInterceptor each : interceptors) {
                settings.interceptor(each);
            }
            return settings;
        });
    }

    // ---- calls that arrive

    @Test
    void theFirstIsOutermost() {
        XyEndpoint endpoint = with(noting("one"), noting("two"));
        endpoint.handlers().register("f", String.class, text -> text + "!");

        assertThat(connect(endpoint).ask(call("f", "\"a\"", "1"))).isEqualTo(resolved("f", "1", "\"a!\""));
        assertThat(seen)
                .containsExactly("one before IN CALL f \"a\"", "two before IN CALL f \"a\"", "two after", "one after");
    }

    @Test
    void changesThePayloadAndTheAnswer() {
        XyEndpoint endpoint = with(Intercept.incomingCalls((message, chain) -> {
            String given = message.payload().as(String.class);
            return chain.proceed(message.withPayload(given + given)) + "?";
        }));
        endpoint.handlers().register("f", String.class, text -> text + "!");

        assertThat(connect(endpoint).ask(call("f", "\"a\"", "1"))).isEqualTo(resolved("f", "1", "\"aa!?\""));
    }

    @Test
    void refusesACallThatArrivesBeforeItsFunctionRuns() {
        AtomicInteger runs = new AtomicInteger();
        XyEndpoint endpoint = with(Intercept.incomingCalls((message, chain) -> {
            throw new XyException(403, "No");
        }));
        endpoint.handlers().register("f", (name, payload, peer) -> runs.incrementAndGet());

        assertThat(connect(endpoint).ask(call("f", "1")))
                .isEqualTo(rejected("f", "1", "{\"ok\":false,\"status\":403,\"message\":\"No\"}"));
        assertThat(runs).hasValue(0);
    }

    @Test
    void namesThatNobodyOffersPassToo() {
        XyEndpoint endpoint = with(Intercept.incomingCalls((message, chain) -> {
            if (message.name().startsWith("secret")) {
                throw new XyException(401, "Log in");
            }
            return chain.proceed(message);
        }));
        RawPeer peer = connect(endpoint);

        assertThat(peer.ask(call("secret.x", "1"))).contains("\"status\":401");
        assertThat(peer.ask(call("other", "2"))).contains("\"status\":404").contains("'other' not found");
    }

    @Test
    void seesTheFallbackAndA404() {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        XyEndpoint endpoint = with(Intercept.incomingCalls((message, chain) -> {
            try {
                return chain.proceed(message);
            } catch (XyException e) {
                failure.set(e);
                throw e;
            }
        }));
        RawPeer peer = connect(endpoint);

        assertThat(peer.ask(call("none", "1"))).contains("\"status\":404");
        assertThat(failure.get()).hasMessage("'none' not found");
        endpoint.handlers().fallback((name, payload, caller) -> "fallback of " + name);
        assertThat(peer.ask(call("none", "2"))).isEqualTo(resolved("none", "2", "\"fallback of none\""));
    }

    @Test
    void answersInTheFunctionsPlace() {
        XyEndpoint endpoint = with(Intercept.incomingCalls((message, chain) -> List.of("cached")));

        assertThat(connect(endpoint).ask(call("f", "1"))).isEqualTo(resolved("f", "1", "[\"cached\"]"));
    }

    @Test
    void timesACallWhoseAnswerComesLater() {
        CompletableFuture<String> answer = new CompletableFuture<>();
        XyEndpoint endpoint = with(Intercept.incomingCalls((message, chain) -> {
            Object result = chain.proceed(message);
            return result instanceof CompletionStage<?> stage
                    ? stage.whenComplete((value, error) -> seen.add("answered " + value))
                    : result;
        }));
        endpoint.handlers().register("f", (name, payload, peer) -> answer);
        RawPeer peer = connect(endpoint).send(call("f", "1"));

        peer.assertAlive();
        assertThat(seen).isEmpty();
        answer.complete("late");
        assertThat(peer.next()).isEqualTo(resolved("f", "1", "\"late\""));
        assertThat(seen).containsExactly("answered late");
    }

    // ---- events that arrive

    @Test
    void standsAroundAllListenersOfAnEventAndTheUnhandledOnes() {
        XyEndpoint endpoint = with(noting("one"));
        endpoint.handlers().on("e", String.class, text -> seen.add("first " + text));
        endpoint.handlers().on("e", String.class, text -> seen.add("second " + text));
        endpoint.handlers().onUnhandled((name, payload, peer) -> seen.add("unhandled " + name));
        RawPeer peer = connect(endpoint);

        peer.send(event("e", "\"a\"")).send(event("x", "1")).assertAlive();

        assertThat(seen)
                .startsWith(
                        "one before IN EVENT e \"a\"",
                        "first a",
                        "second a",
                        "one after",
                        "one before IN EVENT x 1",
                        "unhandled x",
                        "one after");
    }

    @Test
    void changesTheEventThatListenersHear() {
        XyEndpoint endpoint =
                with(Intercept.incomingEvents((message, chain) -> chain.proceed(message.withPayload(List.of(1, 2)))));
        endpoint.handlers().on("e", (name, payload, peer) -> seen.add(payload.json()));

        connect(endpoint).send(event("e", "\"a\"")).assertAlive();

        assertThat(seen).containsExactly("[1,2]");
    }

    @Test
    void keepsAnEventBackByFailingOrByNotProceeding() {
        XyEndpoint endpoint = with(Intercept.incomingEvents((message, chain) -> {
            if (message.payload().as(int.class) == 1) {
                throw new XyException(403, "No");
            }
            return message.payload().as(int.class) == 2 ? null : chain.proceed(message);
        }));
        endpoint.handlers().on("e", int.class, number -> seen.add("heard " + number));
        RawPeer peer = connect(endpoint);
        try (LogCapture logged = new LogCapture()) {
            peer.send(event("e", "1"))
                    .send(event("e", "2"))
                    .send(event("e", "3"))
                    .assertAlive();

            assertThat(logged.lines(Level.WARN)).isEmpty(); // any peer could fill the log
        }
        assertThat(seen).containsExactly("heard 3");
    }

    @Test
    void onlyWhatIsNoRefusalOfAnEventIsLogged() {
        XyEndpoint endpoint = with(Intercept.all((message, chain) -> {
            if (message.kind() == Kind.CALL) {
                return chain.proceed(message);
            }
            throw message.name().equals("bug")
                    ? new IllegalStateException("a bug")
                    : new XyException(message.payload().as(int.class), "No");
        }));
        RawPeer peer = connect(endpoint);
        try (LogCapture logged = new LogCapture()) {
            peer.send(event("in", "499"))
                    .send(event("in", "500"))
                    .send(event("bug"))
                    .assertAlive();
            assertThat(peer.peer().send("out", 499)).isFalse();
            assertThat(peer.peer().send("out", 500)).isFalse();

            assertThat(logged.lines(Level.WARN))
                    .containsExactly(
                            "An interceptor of 'in' failed: 500 No",
                            "An interceptor of 'bug' failed",
                            "An interceptor of 'out' failed: 500 No");
        }
    }

    @Test
    void theNextEventWaitsForListenersWhoseStageAnInterceptorThrowsAway() {
        CompletableFuture<Void> listening = new CompletableFuture<>();
        XyEndpoint endpoint = with(Intercept.incomingEvents((message, chain) -> {
            chain.proceed(message);
            return null;
        }));
        XyListener.Awaited slow = (name, payload, peer) -> listening;
        endpoint.handlers().on("slow", slow);
        endpoint.handlers().on("e", (name, payload, peer) -> seen.add("next"));
        RawPeer peer = connect(endpoint);

        peer.send(event("slow")).send(event("e"));
        await().during(millis(100)).until(seen::isEmpty);
        listening.complete(null);

        await().until(() -> seen.contains("next"));
    }

    @Test
    void theNextEventWaitsForAnInterceptorThatGoesOnLater() {
        CompletableFuture<Void> permission = new CompletableFuture<>();
        XyEndpoint endpoint =
                with(Intercept.incomingEvents((message, chain) -> message.name().equals("slow")
                        ? permission.thenRun(() -> proceed(chain, message))
                        : chain.proceed(message)));
        endpoint.handlers().on("slow", (name, payload, peer) -> seen.add("slow"));
        endpoint.handlers().on("e", (name, payload, peer) -> seen.add("next"));
        RawPeer peer = connect(endpoint);

        peer.send(event("slow")).send(event("e"));
        await().during(millis(100)).until(seen::isEmpty);
        permission.complete(null);

        await().until(() -> seen.equals(List.of("slow", "next")));
    }

    private static <R extends @Nullable Object> R proceed(XyInterceptor.Chain<R> chain, XyMessage message) {
        try {
            return chain.proceed(message);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    // ---- calls that are sent

    @Test
    void standsAroundACallThatIsSent() {
        XyEndpoint endpoint = with(noting("one"));
        RawPeer peer = connect(endpoint);

        CompletableFuture<Integer> answer = peer.peer().call("f", "a", Integer.class);
        peer.answerNext("f", "7");

        assertThat(answer).succeedsWithin(5, TimeUnit.SECONDS).isEqualTo(7);
        assertThat(seen).containsExactly("one before OUT CALL f \"a\"", "one after");
    }

    @Test
    void changesACallThatIsSentAndItsAnswer() {
        XyEndpoint endpoint =
                with(Intercept.outgoingCalls((message, chain) -> chain.proceed(message.withPayload(List.of("b")))
                        .thenApply(answer -> message.answer(answer.as(int.class) + 1))));
        RawPeer peer = connect(endpoint);

        CompletableFuture<Integer> answer = peer.peer().call("f", "a", Integer.class);
        assertThat(peer.next()).startsWith("{\"e\":\"c.f\",\"p\":[\"b\"]");
        peer.send(resolved("f", "\"1\"", "7"));

        assertThat(answer).succeedsWithin(5, TimeUnit.SECONDS).isEqualTo(8);
    }

    @Test
    void awaitPassesToo() throws Exception {
        XyEndpoint endpoint = with(noting("one"));
        RawPeer peer = connect(endpoint);

        CompletableFuture<Integer> answer =
                CompletableFuture.supplyAsync(() -> peer.peer().await("f", "a", Integer.class));
        peer.answerNext("f", "7");

        assertThat(answer.get(5, TimeUnit.SECONDS)).isEqualTo(7);
        assertThat(seen).containsExactly("one before OUT CALL f \"a\"", "one after");
    }

    private static CompletionStage<XyPayload> waiting(
            XyMessage message, XyInterceptor.Chain<CompletionStage<XyPayload>> chain) throws Exception {
        return CompletableFuture.completedFuture(
                chain.proceed(message).toCompletableFuture().join());
    }

    @Test
    void anInterceptorMayWaitForTheAnswerOfACallThatIsAwaited() throws Exception {
        XyEndpoint endpoint = with(Intercept.outgoingCalls(InterceptorTests::waiting));
        RawPeer peer = connect(endpoint);

        CompletableFuture<Integer> answer =
                CompletableFuture.supplyAsync(() -> peer.peer().await("f", Integer.class));
        peer.answerNext("f", "7");

        assertThat(answer.get(5, TimeUnit.SECONDS)).isEqualTo(7);
    }

    @Test
    void anInterceptorThatWaitsForAnAnswerWaitsNoLongerThanTheTimeout() {
        XyEndpoint endpoint = endpoint(settings ->
                settings.timeouts(callTimeout(100)).interceptor(Intercept.outgoingCalls(InterceptorTests::waiting)));
        RawPeer peer = connect(endpoint);

        assertThat(CompletableFuture.supplyAsync(() -> peer.peer().await("f", Integer.class)))
                .failsWithin(5, TimeUnit.SECONDS)
                .withThrowableThat()
                .withCauseInstanceOf(XyCallTimeoutException.class);
    }

    @Test
    void anInterceptorThatIsInterruptedLosesNoInterrupt() throws Exception {
        XyEndpoint endpoint = with(Intercept.all((message, chain) -> {
            throw new InterruptedException();
        }));
        RawPeer peer = connect(endpoint);
        CompletableFuture<List<Object>> found = new CompletableFuture<>();
        Thread caller = new Thread(() -> {
            boolean sent = peer.peer().send("e", 1);
            boolean afterSend = Thread.interrupted();
            try {
                peer.peer().await("f", Integer.class);
            } catch (XyException e) {
                found.complete(List.of(sent, afterSend, e.status(), Thread.interrupted()));
            }
        });
        caller.start();

        assertThat(found.get(5, TimeUnit.SECONDS)).containsExactly(false, true, 499, true);
    }

    @Test
    void refusesACallBeforeItIsSent() {
        XyEndpoint endpoint = with(Intercept.outgoingCalls((message, chain) -> {
            throw new XyException(403, "No");
        }));
        RawPeer peer = connect(endpoint);

        assertThat(peer.peer().call("f", Void.class))
                .failsWithin(5, TimeUnit.SECONDS)
                .withThrowableThat()
                .withCause(new XyException(403, "No"))
                .havingCause()
                .isInstanceOf(XyException.class);
        assertThatThrownBy(() -> peer.peer().await("f", Void.class))
                .isInstanceOf(XyException.class)
                .hasMessage("No");
        assertThat(peer.frames()).isEmpty();
    }

    @Test
    void aRejectionAndATimeoutPassTheInterceptorsToo() {
        XyEndpoint endpoint = endpoint(
                settings -> settings.interceptor(Intercept.outgoingCalls((message, chain) -> chain.proceed(message)
                        .whenComplete(
                                (value, error) -> seen.add(error.getClass().getSimpleName())))));
        RawPeer peer = connect(endpoint);
        CompletableFuture<Integer> rejected = peer.peer().call("f", 1, Integer.class);
        peer.nextWith("c.f");
        peer.send(rejected("f", "\"1\"", "{\"ok\":false,\"status\":409,\"message\":\"conflict\"}"));

        assertThat(rejected)
                .failsWithin(5, TimeUnit.SECONDS)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(XyException.class)
                .withMessage("conflict");
        assertThatThrownBy(() -> peer.peer().withTimeout(millis(100)).await("g", Integer.class))
                .isInstanceOf(XyCallTimeoutException.class);
        assertThat(seen).containsExactly("XyException", "XyCallTimeoutException");
    }

    @Test
    void answersACallThatIsNeverSent() {
        XyEndpoint endpoint = with(Intercept.outgoingCalls(
                (message, chain) -> CompletableFuture.completedFuture(message.answer(List.of(1, 2)))));
        RawPeer peer = connect(endpoint);

        assertThat(peer.peer().await("f", new XyType<List<Integer>>() {})).containsExactly(1, 2);
        assertThat(peer.frames()).isEmpty();
    }

    @Test
    void sendsACallAgain() {
        XyEndpoint endpoint = with(Intercept.outgoingCalls(
                (message, chain) -> chain.proceed(message).exceptionallyCompose(e -> proceed(chain, message))));
        RawPeer peer = connect(endpoint);
        CompletableFuture<Integer> answer = peer.peer().call("f", Integer.class);
        peer.nextWith("c.f");
        peer.send(rejected("f", "\"1\"", "{\"ok\":false,\"status\":503,\"message\":\"later\"}"));
        peer.answerNext("f", "7");

        assertThat(answer).succeedsWithin(5, TimeUnit.SECONDS).isEqualTo(7);
    }

    @Test
    void stagesOfACallRunOnTheExecutorWhoeverCompletesIt() throws Exception {
        CompletableFuture<XyPayload> own = new CompletableFuture<>();
        XyEndpoint endpoint = with(Intercept.outgoingCalls((message, chain) -> own));
        RawPeer peer = connect(endpoint);
        CompletableFuture<String> thread = peer.peer()
                .call("f", Integer.class)
                .thenApply(value -> Thread.currentThread().getName());

        own.complete(XyPayload.ofJson("1", XyJson.plain()));

        assertThat(thread.get(5, TimeUnit.SECONDS)).startsWith("xy-");
    }

    @Test
    void cancellingForgetsTheCallThatWasSent() {
        XyEndpoint endpoint = with(Intercept.outgoingCalls(
                (message, chain) -> chain.proceed(message).thenApply(value -> value)));
        RawPeer peer = connect(endpoint);
        CompletableFuture<Integer> answer = peer.peer().call("f", Integer.class);
        peer.nextWith("c.f");
        assertThat(endpoint.statistics().pendingCalls()).isEqualTo(1);

        answer.cancel(false);

        assertThat(endpoint.statistics().pendingCalls()).isZero();
        assertThatThrownBy(answer::join).isInstanceOf(CancellationException.class);
    }

    @Test
    void aCallThatIsCancelledIsNotSentAgain() {
        XyEndpoint endpoint = with(Intercept.outgoingCalls(
                (message, chain) -> chain.proceed(message).exceptionallyCompose(e -> proceed(chain, message))));
        RawPeer peer = connect(endpoint);
        CompletableFuture<Integer> answer = peer.peer().call("f", Integer.class);
        peer.nextWith("c.f");

        answer.cancel(false);

        peer.nextWith("cancel.f");
        peer.peer().send("last");
        assertThat(peer.next()).isEqualTo(event("last"));
    }

    @Test
    void anInterruptForgetsTheCallThatIsAwaited() throws Exception {
        XyEndpoint endpoint = with(new XyInterceptor() {});
        RawPeer peer = connect(endpoint);
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread caller = new Thread(() -> {
            try {
                peer.peer().await("f", Integer.class);
            } catch (XyException e) {
                thrown.complete(Thread.currentThread().isInterrupted() ? e : new AssertionError("flag lost"));
            }
        });
        caller.start();
        peer.nextWith("c.f");

        caller.interrupt();

        assertThat(thrown.get(5, TimeUnit.SECONDS))
                .isInstanceOfSatisfying(
                        XyException.class, e -> assertThat(e.status()).isEqualTo(499));
        assertThat(endpoint.statistics().pendingCalls()).isZero();
    }

    @Test
    void whatCantBeSerialisedIsTheCallersMistakeAtOnce() {
        XyEndpoint endpoint = with(noting("one"));
        RawPeer peer = connect(endpoint);
        Object broken = new Object() {
            @SuppressWarnings("unused")
            public String getName() {
                throw new IllegalStateException("no name");
            }
        };

        assertThatThrownBy(() -> peer.peer().call("f", broken, Void.class))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> peer.peer().send("e", broken)).isInstanceOf(IllegalArgumentException.class);
        assertThat(seen).isEmpty();
    }

    @Test
    void aHandlerMayAwaitItsCallerThroughInterceptors() {
        XyEndpoint endpoint = with(new XyInterceptor() {});
        endpoint.handlers().register("f", (name, payload, peer) -> "they say " + peer.await("answer", String.class));
        RawPeer peer = connect(endpoint).send(call("f", "1"));

        peer.answerNext("answer", "\"yes\"");

        assertThat(peer.next()).isEqualTo(resolved("f", "1", "\"they say yes\""));
    }

    @Test
    void anAwaitingHandlerNeedsNoOtherThreadOfTheExecutor() {
        ExecutorService single = Executors.newSingleThreadExecutor();
        closing((AutoCloseable) single::shutdownNow);
        XyEndpoint endpoint = endpoint(settings -> settings.executor(single)
                .interceptor(Intercept.outgoingCalls(
                        (message, chain) -> chain.proceed(message).thenApply(answer -> answer))));
        endpoint.handlers().register("f", (name, payload, peer) -> "they say " + peer.await("answer", String.class));
        RawPeer peer = connect(endpoint).send(call("f", "1"));

        peer.answerNext("answer", "\"yes\"");

        assertThat(peer.next()).isEqualTo(resolved("f", "1", "\"they say yes\""));
    }

    // ---- events that are sent

    @Test
    void standsAroundAnEventThatIsSent() {
        XyEndpoint endpoint = with(noting("one"));
        RawPeer peer = connect(endpoint);

        assertThat(peer.peer().send("e", "a")).isTrue();

        assertThat(peer.next()).isEqualTo(event("e", "\"a\""));
        assertThat(seen).containsExactly("one before OUT EVENT e \"a\"", "one after");
    }

    @Test
    void changesAndRefusesEventsThatAreSent() {
        XyEndpoint endpoint = with(Intercept.outgoingEvents((message, chain) -> {
            if (message.name().equals("refused")) {
                throw new XyException(403, "No");
            }
            return !message.name().equals("kept") && chain.proceed(message.withPayload("b"));
        }));
        RawPeer peer = connect(endpoint);

        assertThat(peer.peer().send("refused", "a")).isFalse();
        assertThat(peer.peer().send("kept", "a")).isFalse();
        assertThat(peer.peer().send("e", "a")).isTrue();
        assertThat(peer.next()).isEqualTo(event("e", "\"b\""));
    }

    @Test
    void standsAroundEventsOfWhichTheLatestCounts() {
        XyEndpoint endpoint =
                with(Intercept.outgoingEvents((message, chain) -> chain.proceed(message.withPayload("b"))));
        RawPeer peer = connect(endpoint);

        assertThat(peer.peer().sendLatest("e", "key", "a")).isTrue();
        assertThat(peer.next()).isEqualTo(event("e", "\"b\""));
        assertThat(endpoint.broadcaster().here().where(each -> true).sendLatest("e", "key", "a"))
                .isEqualTo(1);
        assertThat(peer.next()).isEqualTo(event("e", "\"b\""));
    }

    @Test
    void sendingToWhoHasGoneIsFalseStill() {
        XyEndpoint endpoint = with(noting("one"));
        RawPeer peer = connect(endpoint);
        peer.peer().close();

        assertThat(peer.peer().send("e", "a")).isFalse();
    }

    @Test
    void aBroadcastIsAMessageToEachPeerAndOneThatFailsStopsNoOther() {
        AtomicReference<XyPeer> refused = new AtomicReference<>();
        XyEndpoint endpoint = with(Intercept.outgoingEvents((message, chain) -> {
            if (message.peer().equals(refused.get())) {
                throw new IllegalStateException("a bug");
            }
            return chain.proceed(message);
        }));
        List<RawPeer> peers = List.of(connect(endpoint), connect(endpoint), connect(endpoint));
        refused.set(peers.get(1).peer());

        assertThat(endpoint.broadcaster().broadcast("e", "a")).isEqualTo(2);

        assertThat(peers.get(0).next()).isEqualTo(event("e", "\"a\""));
        assertThat(peers.get(2).next()).isEqualTo(event("e", "\"a\""));
        peers.get(1).assertAlive();
        assertThat(peers.get(1).frames()).isEmpty();
    }

    @Test
    void aBroadcastIsEncodedOnceForWhomeverItReachesUnchanged() {
        AtomicInteger encoded = new AtomicInteger();
        AtomicReference<XyPeer> special = new AtomicReference<>();
        Object counted = new Object() {
            @SuppressWarnings("unused")
            public int getTimes() {
                return encoded.incrementAndGet();
            }
        };
        List<Wire> wires = List.of(new Wire(), new Wire(), new Wire());
        XyEndpoint endpoint = with(Intercept.outgoingEvents((message, chain) ->
                chain.proceed(message.peer().equals(special.get()) ? message.withPayload("else") : message)));
        wires.forEach(wire -> wire.open(endpoint));
        special.set(wires.get(1).peer());

        assertThat(endpoint.broadcaster().broadcast("e", counted)).isEqualTo(3);

        await().until(() -> wires.stream().allMatch(wire -> wire.sent.size() == 1));
        assertThat(encoded).hasValue(1);
        assertThat(wires.get(0).sent.get(0).text()).isEqualTo(event("e", "{\"times\":1}"));
        assertThat(wires.get(2).sent.get(0)).isSameAs(wires.get(0).sent.get(0));
        assertThat(wires.get(1).sent.get(0).text()).isEqualTo(event("e", "\"else\""));
    }

    /** Keeps the very messages that it is given. */
    private static final class Wire implements Transport {

        final List<OutgoingMessage> sent = new CopyOnWriteArrayList<>();
        private @Nullable Connection connection;

        void open(XyEndpoint endpoint) {
            XyHandshake handshake = XyHandshake.builder(URI.create("/ws")).build();
            connection = (Connection) endpoint.open(this, handshake, Map.of());
        }

        XyPeer peer() {
            return Objects.requireNonNull(connection).peer;
        }

        @Override
        public boolean send(OutgoingMessage message, boolean last) {
            return sent.add(message);
        }

        @Override
        public boolean ping() {
            return true;
        }

        @Override
        public void close(int code, String reason) {}

        @Override
        public void abort() {}

        @Override
        public void pauseReading() {}

        @Override
        public void resumeReading() {}

        @Override
        public long progress() {
            return sent.size();
        }
    }

    // ---- what they may not do

    @Test
    void anInterceptorThatReturnsNoStageIsNamed() {
        class Forgetful implements XyInterceptor {
            @Override
            @SuppressWarnings("NullAway") // as applications do that don't check
            public CompletionStage<XyPayload> outgoingCall(XyMessage call, Chain<CompletionStage<XyPayload>> chain) {
                return null;
            }
        }
        RawPeer peer = connect(with(noting("outer"), new Forgetful()));

        assertThatThrownBy(() -> peer.peer().await("f", String.class))
                .hasStackTraceContaining(Forgetful.class.getName() + ".outgoingCall returned null");
        assertThat(peer.peer().call("f", String.class))
                .failsWithin(5, TimeUnit.SECONDS)
                .withThrowableThat()
                .withMessageContaining("call.answer(null)");
        assertThat(endpoint().statistics().pendingCalls()).isZero();
    }

    @Test
    void anAnswerWithoutAValueIsNull() {
        XyEndpoint endpoint = with(
                Intercept.outgoingCalls((message, chain) -> CompletableFuture.completedFuture(message.answer(null))));

        assertThat(connect(endpoint).peer().await("f", String.class)).isNull();
    }

    @Test
    void aMessageOfTheInterceptorsOwnChangesOnlyThePayload() {
        XyEndpoint endpoint = with(Intercept.incomingCalls((message, chain) -> chain.proceed(
                XyMessage.outgoingEvent("other", "b", connect(endpoint()).peer()))));
        endpoint.handlers().register("f", (name, payload, peer) -> name + " " + payload.json());

        assertThat(connect(endpoint).ask(call("f", "\"a\"", "1"))).isEqualTo(resolved("f", "1", "\"f \\\"b\\\"\""));
    }

    @Test
    void allFourPassWhatTheyDoNotOverride() {
        XyEndpoint endpoint = with(new XyInterceptor() {}, new XyInterceptor() {}, new XyInterceptor() {});
        endpoint.handlers().register("f", String.class, text -> text + "!");
        endpoint.handlers().on("e", String.class, text -> seen.add(text));
        RawPeer peer = connect(endpoint);

        assertThat(peer.ask(call("f", "\"a\"", "1"))).isEqualTo(resolved("f", "1", "\"a!\""));
        peer.send(event("e", "\"heard\"")).assertAlive();
        assertThat(seen).containsExactly("heard");
        assertThat(peer.peer().send("e", "a")).isTrue();
        assertThat(peer.next()).isEqualTo(event("e", "\"a\""));
        CompletableFuture<Integer> answer = peer.peer().call("g", Integer.class);
        peer.answerNext("g", "7");
        assertThat(answer).succeedsWithin(5, TimeUnit.SECONDS).isEqualTo(7);
    }

    // ---- around all of them

    /** Notes how often it was asked for its interceptor, which overrides one method of the four. */
    private final class Reaching implements XyHandlerDecorator {

        private final String who;
        private final AtomicInteger asked = new AtomicInteger();

        Reaching(String who) {
            this.who = who;
        }

        @Override
        public XyInterceptor interceptor() {
            asked.incrementAndGet();
            return Intercept.incomingCalls((message, chain) -> {
                seen.add(who);
                return chain.proceed(message);
            });
        }
    }

    @Test
    void thoseOfDecoratorsComeFirstAndPassOnWhatTheyDoNotIntercept() {
        Reaching outer = new Reaching("outer");
        Reaching inner = new Reaching("inner");
        XyEndpoint endpoint = endpoint(settings -> settings.interceptor(noting("one"))
                .decorator(outer)
                .decorator(new XyHandlerDecorator() {})
                .interceptor(noting("two"))
                .decorator(inner));
        endpoint.handlers().register("f", (name, payload, peer) -> 1);
        RawPeer peer = connect(endpoint);

        peer.ask(call("f", "1"));
        assertThat(seen).startsWith("outer", "inner", "one before IN CALL f ", "two before IN CALL f ");

        seen.clear();
        peer.send(event("e"));
        await().until(() -> seen.contains("two before IN EVENT e "));
        peer.peer().send("e", 1);
        peer.peer().call("g", Integer.class);
        assertThat(seen)
                .doesNotContain("outer", "inner")
                .contains("two before OUT EVENT e 1", "two before OUT CALL g ");
        assertThat(outer.asked).hasValue(1);
        assertThat(inner.asked).hasValue(1);
    }

    @Test
    void anEndpointWithoutInterceptorsHasNothingOfThem() {
        Reaching decorator = new Reaching("decorator");

        assertThat(endpoint(settings -> settings.decorator(decorator)).context.interceptors())
                .isNull();
        assertThat(decorator.asked).hasValue(0);
    }

    @Test
    void aMessageDoesNotShowItsPayloadOrForgeALine() {
        CompletableFuture<String> text = new CompletableFuture<>();
        XyEndpoint endpoint = with(Intercept.incomingCalls((message, chain) -> {
            text.complete(message.toString());
            return null;
        }));

        connect(endpoint).send("{\"e\":\"c.a\\nb\",\"p\":\"secret\",\"id\":1}");

        assertThat(text).succeedsWithin(5, TimeUnit.SECONDS).isEqualTo("XyMessage[IN CALL a?b]");
    }

    @Test
    void interceptorsRunOffTheReadingThread() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        XyEndpoint endpoint = with(Intercept.incomingCalls((message, chain) -> {
            if (message.name().equals("slow")) {
                release.await();
            }
            return 1;
        }));
        RawPeer peer = connect(endpoint).send(call("slow", "1"));

        assertThat(peer.ask(call("fast", "2"))).isEqualTo(resolved("fast", "2", "1"));
        release.countDown();
        assertThat(peer.next()).isEqualTo(resolved("slow", "1", "1"));
    }
}
