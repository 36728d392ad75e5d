package io.xywebsocket.test;

import io.xywebsocket.XyException;
import io.xywebsocket.XyHandlers;
import io.xywebsocket.XyNotConnectedException;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyType;
import io.xywebsocket.transport.Transport;
import io.xywebsocket.untrusted.Thrown;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What is behind an {@link XyTestPeer}: sorts what arrives, and knows what both sides still owe each other. Thread-safe. */
final class FarEnd implements Transport.Receiver {

    final Codec codec;
    final Wire wire;
    final Inbox inbox = new Inbox();

    private final Executor executor;
    private final OwnCalls calls;
    private final Map<String, XyHandlers.TypedFunction<Received, @Nullable Object>> scripts = new ConcurrentHashMap<>();
    private final AtomicInteger runningScripts = new AtomicInteger();
    private final Set<Received> unanswered = ConcurrentHashMap.newKeySet();
    private final Set<String> cancelled = ConcurrentHashMap.newKeySet();

    /** The connection as the application sees it; null if it doesn't, or not yet. */
    volatile @Nullable XyPeer view;

    FarEnd(Codec codec, Executor executor) {
        this.codec = codec;
        this.executor = executor;
        this.wire = new Wire(codec);
        this.calls = new OwnCalls(codec, executor, this::id);
    }

    /** The id by which the application knows this connection; null if it doesn't, or not yet. */
    private @Nullable String id() {
        XyPeer seen = view;
        return seen == null ? null : seen.id();
    }

    // ---- out

    <T> CompletableFuture<T> call(String function, @Nullable Object payload, XyType<T> type, Duration patience) {
        String json = codec.write(payload);
        CompletableFuture<T> future = new CompletableFuture<>();
        String id = calls.begin(function, type, future);
        CompletableFuture<Boolean> tooLate =
                new CompletableFuture<Boolean>().completeOnTimeout(true, patience.toNanos(), TimeUnit.NANOSECONDS);
        future.whenComplete((value, error) -> {
            if (calls.forget(id) && !(error instanceof AssertionError)) { // of which the test itself is about to end
                cancel(function, id);
            }
            tooLate.complete(false); // which also cancels the timer, as cancelling it before JDK 19 would not
        });
        try {
            wire.send(codec.call(function, json, id));
        } catch (IOException closed) {
            calls.notConnected(id);
        }
        tooLate.thenAccept(late -> {
            if (late) { // not on the timers' thread, which is the whole JVM's
                executor.execute(() -> future.completeExceptionally(noAnswer(function, patience)));
            }
        });
        return future;
    }

    /** The test has completed the call itself. */
    private void cancel(String function, String id) {
        String frame = codec.cancel(function, id);
        try {
            if (frame != null) {
                wire.send(frame);
            }
        } catch (IOException closed) {
            // then nobody works for it any more
        }
    }

    private AssertionError noAnswer(String function, Duration patience) {
        return inbox.missing("answer of '" + function + "'", patience);
    }

    boolean send(String event, @Nullable Object payload) {
        String frame = codec.event(event, codec.write(payload));
        try {
            wire.send(frame);
            return true;
        } catch (IOException closed) {
            return false;
        }
    }

    void resolve(Received call, @Nullable Object value) {
        answer(call, codec.resolve(call.name(), String.valueOf(call.id()), codec.write(value)));
    }

    void reject(Received call, XyException rejection) {
        answer(call, codec.reject(call.name(), call.id(), codec.write(rejection)));
    }

    private void answer(Received call, String frame) {
        unanswered.remove(call);
        try {
            wire.send(frame);
        } catch (IOException closed) {
            // the end of the connection has answered it
        }
    }

    // ---- in: on the wire's thread

    @Override
    public void onText(byte[] utf8, int offset, int length) {
        String text = new String(utf8, offset, length, StandardCharsets.UTF_8);
        Received received = Received.of(codec.decode(text), text);
        if (received.kind() == Received.Kind.CALL) {
            called(received);
        } else if (received.kind() == Received.Kind.CANCEL) {
            unanswered.removeIf(call -> String.valueOf(call.id()).equals(received.id()));
            cancelled.add(String.valueOf(received.id()));
        } else if (!calls.settle(received)) {
            inbox.add(received);
        }
    }

    private void called(Received call) {
        XyHandlers.TypedFunction<Received, @Nullable Object> script = scripts.get(call.name());
        if (script == null) {
            unanswered.add(call);
            inbox.add(call);
        } else {
            runningScripts.incrementAndGet();
            executor.execute(() -> run(script, call));
        }
    }

    private void run(XyHandlers.TypedFunction<Received, @Nullable Object> script, Received call) {
        try {
            resolve(call, script.call(call));
        } catch (Throwable t) {
            failed(call, t);
        } finally {
            runningScripts.decrementAndGet();
        }
    }

    private void failed(Received call, Throwable failure) {
        Throwable unexpected = failure;
        if (failure instanceof XyException rejection) {
            try {
                reject(call, rejection);
                return;
            } catch (Throwable t) { // its details can't be written, say
                unexpected = t;
            }
        }
        inbox.failed(unexpected);
        reject(call, new XyException(500, "What the peer was told to do failed: " + Thrown.text(unexpected)));
    }

    @Override
    public void onPing() {}

    @Override
    public void onPong() {}

    /** The wire knows. */
    @Override
    public void onWritable() {}

    @Override
    public void onViolation(int code, String reason) {
        inbox.failed(new AssertionError("The engine broke the protocol: " + code + " " + reason));
    }

    @Override
    public void onClosed(int code, String reason) {
        unanswered.clear();
        calls.ended(XyNotConnectedException.ended(code, reason));
        inbox.ended(new XyTestPeer.End(code, reason));
    }

    // ---- what a test wants

    void script(String name, XyHandlers.TypedFunction<Received, @Nullable Object> script) {
        scripts.put(name, script);
    }

    Received take(Received.Kind kind, String name, Duration patience) {
        return inbox.take(kind.shown() + " '" + name + "'", patience, received -> received.is(kind, name));
    }

    void awaitCancel(Received call, Duration patience) {
        String id = String.valueOf(call.id());
        if (!RealTime.await(patience, () -> cancelled.contains(id) || !inbox.isOpen()) || !cancelled.contains(id)) {
            throw inbox.missing("cancellation of '" + call.name() + "'", patience);
        }
    }

    <T> T read(Received received, XyType<T> type) {
        try {
            return codec.read(received.payload(), type);
        } catch (XyException e) {
            throw received.isNo(type, e);
        }
    }

    /** Whether the application waits for an answer that the test could give. */
    boolean owesAnswers() {
        return !unanswered.isEmpty();
    }

    /** Whether what is on its way now has, by the time of asking, arrived. */
    BooleanSupplier arrival() {
        XyPeer seen = view;
        long mark = seen == null ? 0 : wire.markWrites(seen);
        return () -> wire.hasPassed(mark) && wire.isStill();
    }

    /** Whether what has been sent until now is, by the time of asking, handled. */
    BooleanSupplier handled() {
        long mark = wire.markEvents();
        return () -> wire.hasPassed(mark) && calls.areAnswered() && runningScripts.get() == 0;
    }
}
