package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyCallTimeoutException;
import io.xywebsocket.XyCancellableFuture;
import io.xywebsocket.XyException;
import io.xywebsocket.XyMessage;
import io.xywebsocket.protocol.Prefixes;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Calls that are given up before they are answered, at both ends. */
class CancelTests extends WithEndpoints {

    private final BlockingQueue<Object> seen = new LinkedBlockingQueue<>();
    private final CountDownLatch never = new CountDownLatch(1);

    private Object nextSeen() throws InterruptedException {
        Object next = seen.poll(10, TimeUnit.SECONDS);
        assertThat(next).as("nothing was seen").isNotNull();
        return next;
    }

    /** A function that says when it begins, and when it is interrupted. */
    private XyEndpoint hanging(UnaryOperator<XyEndpointBuilder> settings) {
        XyEndpoint endpoint = endpoint(settings);
        endpoint.handlers().register("hang", (name, payload, peer) -> {
            seen.add("begun");
            try {
                never.await();
            } catch (InterruptedException e) {
                seen.add("interrupted");
                throw e;
            }
            return 1;
        });
        return endpoint;
    }

    // ---- ours

    @Test
    void cancellingAFutureTellsTheOtherSide() {
        RawPeer peer = connect(endpoint());
        peer.peer().call("f", Void.class).cancel(true);
        assertThat(peer.next()).contains("\"e\":\"c.f\"");
        assertThat(peer.next()).isEqualTo(cancel("f", "\"1\""));
    }

    @Test
    void completingAFutureTellsTheOtherSide() {
        RawPeer peer = connect(endpoint());
        peer.peer().call("f", Integer.class).complete(1);
        assertThat(peer.nextWith("cancel")).isEqualTo(cancel("f", "\"1\""));
        CompletableFuture<Integer> deadlines =
                peer.peer().call("f", Integer.class).orTimeout(1, TimeUnit.MILLISECONDS);
        assertThatThrownBy(deadlines::join).hasCauseInstanceOf(TimeoutException.class);
        assertThat(peer.nextWith("cancel")).isEqualTo(cancel("f", "\"2\""));
    }

    @Test
    void anInterruptedWaitTellsTheOtherSide() throws Exception {
        RawPeer peer = connect(endpoint());
        Thread caller = new Thread(() -> {
            try {
                peer.peer().await("f", Void.class);
            } catch (XyException e) {
                seen.add(e.status());
            }
        });
        caller.start();
        peer.nextWith("c.f");
        caller.interrupt();
        assertThat(peer.next()).isEqualTo(cancel("f", "\"1\""));
        assertThat(nextSeen()).isEqualTo(499);
    }

    @Test
    void nothingIsSentAfterATimeoutOrAnAnswer() {
        ManualClock clock = new ManualClock();
        RawPeer peer = connect(endpoint(settings -> settings.clock(clock)));
        CompletableFuture<Void> late = peer.peer().call("f", Void.class);
        clock.advance(Duration.ofSeconds(5));
        assertThatThrownBy(late::join).hasCauseInstanceOf(XyCallTimeoutException.class);
        late.cancel(true);
        CompletableFuture<Integer> answered = peer.peer().call("f", Integer.class);
        peer.send(resolved("f", "\"2\"", "1"));
        assertThat(answered.join()).isEqualTo(1);
        answered.cancel(true);
        peer.assertAlive();
        assertThat(peer.frames()).hasSize(2).noneMatch(frame -> frame.contains("cancel"));
    }

    @Test
    void nothingIsSentWhereAnOldPeerWouldTakeItForSomethingElse() {
        RawPeer peer = connect(endpoint(settings -> settings.prefixes(new Prefixes("e.", "c", "resolve.", "reject."))));
        peer.peer().call("f", Void.class).cancel(true);
        peer.peer().send("last");
        assertThat(peer.nextWith("last")).isNotNull();
        assertThat(peer.frames()).hasSize(1);
    }

    @Test
    void prefixesOfCancellationsCanBeToldApart() {
        assertThat(new Prefixes("e.", "c.", "resolve.", "reject.").cancel()).isEqualTo("cancel.");
        assertThat(new Prefixes("e.", "can", "resolve.", "reject.").cancel()).isEmpty();
        assertThat(new Prefixes("cancel.e.", "c.", "resolve.", "reject.").cancel())
                .isEmpty();
        assertThat(new Prefixes("e", "c", "r", "x", "stop:").cancel()).isEqualTo("stop:");
        assertThat(new Prefixes("e", "c", "r", "x", "").cancel()).isEmpty();
        assertThatThrownBy(() -> new Prefixes("e", "c", "r", "x", "cancel.")).hasMessageContaining("'cancel.'");
        assertThatThrownBy(() -> new Prefixes("e", "c", "r", "xyz", "x")).hasMessageContaining("'xyz'");
    }

    // ---- the peer's

    @Test
    void interruptsTheHandlerAndSendsNoAnswer() throws Exception {
        XyEndpoint endpoint = hanging(settings -> settings);
        RawPeer peer = connect(endpoint);
        peer.send(deadlines("hang", "1", "\"a\"", 60_000));
        assertThat(nextSeen()).isEqualTo("begun");
        peer.send(cancel("hang", "\"b\"")).send(cancel("hang", "\"a\"")).send(cancel("hang", "\"a\""));
        assertThat(nextSeen()).isEqualTo("interrupted");
        peer.assertAlive();
        assertThat(peer.received()).isEqualTo(1);
        assertThat(endpoint.statistics().cancelledCalls()).isEqualTo(1);
        assertThat(endpoint.statistics().ignoredFrames()).isZero();
    }

    @Test
    void removesACallThatWaits() throws Exception {
        XyEndpoint endpoint = hanging(settings -> settings.limits(receiveBuffer(10_000, 1)));
        endpoint.handlers().register("f", (name, payload, peer) -> seen.add("ran"));
        RawPeer peer = connect(endpoint);
        peer.send(call("hang", "0"));
        assertThat(nextSeen()).isEqualTo("begun");
        for (int i = 0; i < 500; i++) { // more than the buffer holds, if they stayed
            peer.send(deadlines("f", "1", "1", 60_000)).send(cancel("f", "1"));
        }
        peer.send(deadlines("f", "2", "2", 60_000));
        await().until(() -> endpoint.statistics().cancelledCalls() == 500);
        never.countDown();
        peer.nextWith("\"id\":0");
        peer.nextWith("\"id\":2");
        assertThat(nextSeen()).isEqualTo("ran");
        assertThat(seen).isEmpty();
        assertThat(peer.received()).isEqualTo(2);
    }

    @Test
    void cancelsAFutureThatSaysThatItStops() {
        XyCancellableFuture<Integer> stage = new XyCancellableFuture<>();
        XyEndpoint endpoint = endpoint();
        endpoint.handlers().register("later", (name, payload, peer) -> stage);
        RawPeer peer = connect(endpoint);
        peer.send(deadlines("later", "1", "1", 60_000));
        await().until(() -> stage.getNumberOfDependents() > 0);
        peer.send(cancel("later", "1"));
        await().until(stage::isCancelled);
        await().until(() -> endpoint.peers.connections().stream().allMatch(Connection::isIdle));
        assertThat(peer.received()).isZero();
    }

    @Test
    void leavesAnOrdinaryFutureAloneWhichKeepsItsSlotUntilItIsComplete() {
        CompletableFuture<Integer> shared = new CompletableFuture<>();
        XyEndpoint endpoint = endpoint(settings -> settings.limits(receiveBuffer(10_000, 1)));
        endpoint.handlers().register("later", (name, payload, peer) -> shared);
        endpoint.handlers().register("f", (name, payload, peer) -> seen.add("ran"));
        RawPeer peer = connect(endpoint);
        peer.send(deadlines("later", "1", "1", 60_000));
        await().until(() -> shared.getNumberOfDependents() > 0);
        peer.send(cancel("later", "1")).send(call("f", "2"));
        await().until(() -> endpoint.statistics().cancelledCalls() == 1);
        await().during(Duration.ofMillis(100)).until(() -> seen.isEmpty() && !shared.isDone());
        shared.complete(1);
        assertThat(peer.next()).isEqualTo(resolved("f", "2", "true"));
    }

    @Test
    void aCancellationTravelsOnWithACallThatAHandlerReturns() {
        travelsOnWithACall(endpoint());
    }

    @Test
    void aCancellationTravelsOnThroughInterceptorsThatDeriveStages() {
        travelsOnWithACall(endpoint(settings -> settings.interceptor(Intercept.all((message, chain) -> {
            Object result = chain.proceed(message);
            return result instanceof CompletionStage<?> stage
                    ? stage.whenComplete((answer, error) -> seen.add(message.direction()))
                    : result;
        }))));
        await().until(() -> seen.contains(XyMessage.Direction.IN));
    }

    @Test
    void aCancellationReachesACallThatAnInterceptorLetsThroughLater() {
        CompletableFuture<Void> permission = new CompletableFuture<>();
        XyCancellableFuture<Integer> stage = new XyCancellableFuture<>();
        XyEndpoint endpoint = endpoint(
                settings -> settings.interceptor(Intercept.all((message, chain) -> permission.thenCompose(ok -> {
                    try {
                        return (CompletionStage<?>) chain.proceed(message);
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                }))));
        endpoint.handlers().register("later", (name, payload, peer) -> stage);
        RawPeer peer = connect(endpoint);
        peer.send(deadlines("later", "1", "1", 60_000));
        await().until(() -> permission.getNumberOfDependents() > 0);
        peer.send(cancel("later", "1"));
        await().until(() -> endpoint.statistics().cancelledCalls() == 1);
        permission.complete(null);
        await().until(stage::isCancelled);
    }

    private void travelsOnWithACall(XyEndpoint middle) {
        RawPeer far = connect(middle);
        middle.handlers()
                .register("outer", (name, payload, caller) -> far.peer().call("inner", Integer.class));
        RawPeer near = connect(middle);
        near.send(deadlines("outer", "1", "\"x\"", 60_000));
        String inner = far.nextWith("c.inner");
        near.send(cancel("outer", "\"x\""));
        assertThat(far.next()).isEqualTo(cancel("inner", RawPeer.idOf(inner)));
        await().until(() -> middle.peers.connections().stream().allMatch(Connection::isIdle));
        assertThat(near.received()).isZero();
    }

    @Test
    void interruptsOnThreadsOfTheApplicationWhichTheNextHandlerDoesNotSee() throws Exception {
        // time stands still, so that the drain run keeps the inbound queue and its thread runs the next handler too
        XyEndpoint endpoint = endpoint(settings ->
                settings.clock(new ManualClock()).executor(task -> new Thread(task, "test-handler").start()));
        CountDownLatch proceed = new CountDownLatch(1);
        registerStubborn(endpoint, proceed);
        endpoint.handlers()
                .register(
                        "interrupted",
                        (name, payload, peer) -> seen.add(Thread.currentThread())
                                && Thread.currentThread().isInterrupted());
        RawPeer peer = connect(endpoint);
        peer.send(deadlines("stubborn", "1", "1", 60_000));
        Object first = nextSeen();
        peer.send(call("interrupted", "2")).send(cancel("stubborn", "1"));
        await().until(() -> endpoint.statistics().cancelledCalls() == 1);
        proceed.countDown();
        assertThat(peer.next()).isEqualTo(resolved("interrupted", "2", "false"));
        assertThat(nextSeen()).isSameAs(first);
    }

    /** A function that says on which thread it runs, and leaves its interrupt as it is. */
    private void registerStubborn(XyEndpoint endpoint, CountDownLatch proceed) {
        endpoint.handlers().register("stubborn", (name, payload, peer) -> {
            seen.add(Thread.currentThread());
            while (proceed.getCount() > 0) {
                LockSupport.parkNanos(100_000);
            }
            return 1;
        });
    }

    @Test
    void aHandlerThatDoesNotMindItsInterruptIsNotAnsweredEither() throws Exception {
        XyEndpoint endpoint = endpoint();
        CountDownLatch proceed = new CountDownLatch(1);
        registerStubborn(endpoint, proceed);
        endpoint.handlers().register("interrupted", (name, payload, peer) -> Thread.interrupted());
        RawPeer peer = connect(endpoint);
        peer.send(deadlines("stubborn", "1", "1", 60_000));
        nextSeen();
        peer.send(cancel("stubborn", "1"));
        await().until(() -> endpoint.statistics().cancelledCalls() == 1);
        proceed.countDown();
        assertThat(peer.ask(call("interrupted", "2"))).isEqualTo(resolved("interrupted", "2", "false"));
    }

    @Test
    void aCancellationTravelsOnThroughAHandlerThatWaits() throws Exception {
        XyEndpoint middle = endpoint();
        RawPeer far = connect(middle);
        middle.handlers()
                .register("outer", (name, payload, caller) -> far.peer().await("inner", Integer.class));
        RawPeer near = connect(middle);
        near.send(deadlines("outer", "1", "\"x\"", 60_000));
        String inner = far.nextWith("c.inner");
        near.send(cancel("outer", "\"x\""));
        assertThat(far.next()).isEqualTo(cancel("inner", RawPeer.idOf(inner)));
        await().until(() -> middle.peers.connections().stream().allMatch(Connection::isIdle));
        assertThat(near.received()).isZero();
    }

    // ---- races

    @Test
    void aCancellationHitsItsOwnHandlerOrNone() throws Exception {
        int rounds = 20_000;
        XyEndpoint endpoint = endpoint();
        AtomicInteger strayInterrupts = new AtomicInteger();
        endpoint.handlers().register("short", (name, payload, peer) -> {
            int spins = payload.as(Integer.class);
            for (int i = 0; i < spins; i++) {
                Thread.onSpinWait();
            }
            return 1;
        });
        endpoint.handlers().register("innocent", (name, payload, peer) -> {
            if (Thread.currentThread().isInterrupted()) {
                strayInterrupts.incrementAndGet();
            }
            return 1;
        });
        RawPeer peer = connect(endpoint);
        for (int i = 0; i < rounds; i++) {
            peer.send(deadlines("short", String.valueOf(i % 200), "\"s" + i + "\"", 60_000));
            peer.send(call("innocent", "\"i" + i + "\""));
            peer.send(cancel("short", "\"s" + i + "\""));
            peer.nextWith("\"id\":\"i" + i + "\"");
        }
        await().until(() -> endpoint.peers.connections().stream().allMatch(Connection::isIdle));
        peer.assertAlive();
        long cancelled = endpoint.statistics().cancelledCalls();
        assertThat(strayInterrupts).hasValue(0);
        // each call was answered or cancelled, and not both; the last one is the question whether it is alive
        assertThat(peer.received()).isEqualTo(2 * rounds - (int) cancelled + 1);
        assertThat(peer.frames()).doesNotHaveDuplicates();
    }
}
