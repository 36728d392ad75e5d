package io.xywebsocket.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.xywebsocket.XyAnswers;
import io.xywebsocket.XyCallTimeoutException;
import io.xywebsocket.XyClock;
import io.xywebsocket.XyException;
import io.xywebsocket.XyMember;
import io.xywebsocket.XyOutcome;
import io.xywebsocket.XyPayload;
import io.xywebsocket.XyType;
import io.xywebsocket.untrusted.Thrown;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One call to many peers. Each has one outcome; who subscribes or waits later misses none. Thread-safe. */
final class ManyCalls<T> implements XyAnswers<T> {

    private final EngineContext context;
    private final List<XyMember> asked;
    /** In the order of {@link #asked}; empty before all have started. */
    private volatile List<CompletableFuture<T>> calls = List.of();

    private final CompletableFuture<List<XyOutcome<T>>> all = new CompletableFuture<>();

    /** In the order of {@link #asked}. */
    @GuardedBy("this")
    private final List<@Nullable XyOutcome<T>> outcomes;

    /** In the order of their arrival. */
    @GuardedBy("this")
    private final List<XyOutcome<T>> arrived = new ArrayList<>();

    @GuardedBy("this")
    private final List<OutcomeSubscription<T>> subscriptions = new ArrayList<>();

    /** Completions, which an awaiting thread runs: it needs no other thread to be woken, and the executor may have none. */
    private final Queue<Runnable> completions = new ConcurrentLinkedQueue<>();

    /** Number of threads that await; each looks for completions after each permit. */
    private final AtomicInteger awaiting = new AtomicInteger();

    private final Semaphore occasions = new Semaphore(0);

    /** True while a task of the executor runs completions, or is about to. */
    private final AtomicBoolean draining = new AtomicBoolean();

    ManyCalls(EngineContext context, List<XyMember> asked) {
        this.context = context;
        this.asked = List.copyOf(asked);
        this.outcomes = new ArrayList<>(Collections.nCopies(asked.size(), null));
        if (asked.isEmpty()) {
            all.complete(List.of());
        }
    }

    /**
     * Calls the peers of this node, and the members of others.
     *
     * @param here the peers, the first ones of those asked
     * @param others the members, which follow
     * @param cluster null if there are no others
     */
    void start(
            List<ConnectionPeer> here,
            List<RemoteMember> others,
            @Nullable ClusterNode cluster,
            String function,
            XyPayload payload,
            XyType<T> type,
            Duration timeout) {
        long deadline = context.clock().nanoTime() + XyClock.bounded(timeout).toNanos();
        boolean intercepted = context.interceptors() != null;
        Executor completer = intercepted ? this::completeAlone : this::complete;
        List<CompletableFuture<T>> started = new ArrayList<>(asked.size());
        for (ConnectionPeer peer : here) {
            Duration left = intercepted ? untilOrZero(deadline) : timeout; // interceptors may have taken some of it
            started.add(peer.call(function, payload, type, left, completer));
        }
        if (cluster != null && !others.isEmpty()) {
            Duration left = intercepted ? untilOrZero(deadline) : timeout;
            started.addAll(cluster.callMany(others, function, payload, type, left, this::complete));
        }
        calls = List.copyOf(started);
        if (intercepted) {
            XyClock.Timer timer = context.clock().scheduleAt(() -> overdue(function, timeout), deadline);
            all.whenComplete((outcomes, error) -> timer.cancel());
        }
        for (int i = 0; i < started.size(); i++) {
            int index = i;
            started.get(i).whenComplete((value, error) -> settle(index, value, error));
        }
    }

    private Duration untilOrZero(long deadline) {
        return Duration.ofNanos(Math.max(0, deadline - context.clock().nanoTime()));
    }

    /** An interceptor may hold an answer back, or never give one. */
    private void overdue(String function, Duration timeout) {
        for (CompletableFuture<T> call : calls) {
            if (!call.isDone()) {
                completeAlone(() -> call.completeExceptionally(new XyCallTimeoutException(function, timeout)));
            }
        }
    }

    /**
     * Leaves a completion to a thread that awaits, or to the executor, where completions follow each other: also to that
     * one if an interceptor may block the thread, or a subscriber waits beside it.
     */
    private void complete(Runnable completion) {
        if (!add(completion) || context.interceptors() != null || isSubscribed()) {
            drainOnExecutor();
        }
    }

    private synchronized boolean isSubscribed() {
        return !subscriptions.isEmpty();
    }

    private void drainOnExecutor() {
        if (draining.compareAndSet(false, true)) {
            context.tasks().executeAlways(this::drain);
        }
    }

    private void drain() {
        do {
            for (Runnable next; (next = completions.poll()) != null; ) {
                next.run();
            }
            draining.set(false);
        } while (!completions.isEmpty() && draining.compareAndSet(false, true));
    }

    /** Offers a completion that may block, as it runs stages of interceptors. */
    private void completeAlone(Runnable completion) {
        FutureTask<?> turn = new FutureTask<>(completion, null);
        var unused = add(turn);
        context.tasks().executeAlways(turn);
    }

    /** Returns whether a thread that awaits will look for it; one that begins later does so too. */
    private boolean add(Runnable completion) {
        completions.add(completion);
        boolean isAwaited = awaiting.get() > 0;
        if (isAwaited) {
            occasions.release();
        }
        return isAwaited;
    }

    private void settle(int index, @Nullable T value, @Nullable Throwable error) {
        XyOutcome<T> outcome = new XyOutcome<>(asked.get(index), value, error == null ? null : exception(error));
        List<OutcomeSubscription<T>> told;
        List<XyOutcome<T>> complete = null;
        synchronized (this) {
            outcomes.set(index, outcome);
            arrived.add(outcome);
            told = List.copyOf(subscriptions);
            if (arrived.size() == outcomes.size()) {
                complete = outcomes.stream()
                        .<XyOutcome<T>>map(Objects::requireNonNull)
                        .toList();
            }
        }
        told.forEach(OutcomeSubscription::drain);
        if (complete != null) {
            all.complete(complete);
        }
    }

    private XyException exception(Throwable error) {
        Throwable cause = Thrown.unwrap(error);
        if (cause instanceof XyException known) {
            return known;
        }
        if (cause instanceof CancellationException) {
            return new XyException(499, "Cancelled");
        }
        XyException mapped = context.codec().errors.map(cause);
        return mapped == null ? new XyException(500, "The call failed, see the cause", cause) : mapped;
    }

    /** Returns an outcome by the order of arrival; null if it has not arrived. */
    synchronized @Nullable XyOutcome<T> arrived(int index) {
        return index < arrived.size() ? arrived.get(index) : null;
    }

    @Override
    public List<XyMember> asked() {
        return asked;
    }

    @Override
    public CompletableFuture<List<XyOutcome<T>>> all() {
        return all.copy();
    }

    @Override
    public CompletableFuture<XyOutcome<T>> first() {
        return quorum(1).thenApply(values -> values.get(0));
    }

    @Override
    public CompletableFuture<List<XyOutcome<T>>> quorum(int values) {
        if (values <= 0) {
            throw new IllegalArgumentException("A quorum must be more than 0, not " + values);
        }
        Quorum<T> quorum = new Quorum<>(values, asked.size(), this::cancel);
        subscribe(quorum);
        return quorum.reached.copy();
    }

    @Override
    @SuppressWarnings("ThreadPriorityCheck") // not needed for correctness, but cheaper
    public List<XyOutcome<T>> await() {
        ThisThread.beforeBlocking();
        awaiting.incrementAndGet();
        try {
            all.whenComplete((outcome, error) -> occasions.release()); // each awaiting thread adds one
            while (!all.isDone()) {
                Runnable next = completions.poll();
                if (next != null) {
                    next.run();
                } else if (!occasions.tryAcquire()) {
                    Thread.yield(); // on a busy machine more answers wake it together then
                    occasions.acquire();
                }
            }
            return all.join();
        } catch (InterruptedException e) {
            cancel();
            Thread.currentThread().interrupt();
            throw new XyException(499, "Interrupted while waiting for " + asked.size() + " members");
        } finally {
            awaiting.decrementAndGet();
            if (!completions.isEmpty()) { // as this thread was interrupted, or has failed
                drainOnExecutor();
            }
        }
    }

    @Override
    public void cancel() {
        calls.forEach(call -> call.cancel(false));
    }

    @Override
    public void subscribe(Flow.Subscriber<? super XyOutcome<T>> subscriber) {
        Objects.requireNonNull(subscriber, "subscriber");
        OutcomeSubscription<T> subscription =
                new OutcomeSubscription<>(this, asked.size(), subscriber, context.tasks()::executeAlways);
        synchronized (this) {
            if (arrived.size() < outcomes.size()) {
                subscriptions.add(subscription);
            }
        }
        if (!completions.isEmpty()) { // left to a thread that awaits
            drainOnExecutor();
        }
        subscription.begin();
    }

    synchronized void forget(OutcomeSubscription<T> subscription) {
        subscriptions.remove(subscription);
    }
}
