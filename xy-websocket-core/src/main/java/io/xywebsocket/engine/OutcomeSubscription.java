package io.xywebsocket.engine;

import io.xywebsocket.XyOutcome;
import io.xywebsocket.untrusted.LogText;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands outcomes to one subscriber as it requests them, on the executor, one at a time. */
final class OutcomeSubscription<T> implements Flow.Subscription {

    private static final Logger log = LoggerFactory.getLogger(OutcomeSubscription.class);

    private final ManyCalls<T> answers;
    private final int total;
    private final Flow.Subscriber<? super XyOutcome<T>> subscriber;
    private final Executor executor;
    private final AtomicLong requested = new AtomicLong();

    /** Occasions to look for outcomes that have not been handled; the first one is the beginning. */
    private final AtomicInteger occasions = new AtomicInteger(1);

    private volatile boolean ended;
    private volatile @Nullable IllegalArgumentException misuse;

    // confined to the run
    private int handed;

    OutcomeSubscription(
            ManyCalls<T> answers, int total, Flow.Subscriber<? super XyOutcome<T>> subscriber, Executor executor) {
        this.answers = answers;
        this.total = total;
        this.subscriber = subscriber;
        this.executor = executor;
    }

    void begin() {
        executor.execute(() -> {
            call(() -> subscriber.onSubscribe(this));
            run();
        });
    }

    /** Outcomes may have arrived. */
    void drain() {
        if (occasions.getAndIncrement() == 0) {
            executor.execute(this::run);
        }
    }

    private void run() {
        int seen = occasions.get();
        do {
            handOut();
            seen = occasions.addAndGet(-seen);
        } while (seen != 0);
    }

    private void handOut() {
        while (!ended) {
            IllegalArgumentException error = misuse;
            if (error != null) {
                cancel();
                call(() -> subscriber.onError(error));
            } else if (handed == total) {
                cancel();
                call(subscriber::onComplete);
            } else {
                XyOutcome<T> outcome = handed < requested.get() ? answers.arrived(handed) : null;
                if (outcome == null) {
                    return;
                }
                handed++;
                call(() -> subscriber.onNext(outcome));
            }
        }
    }

    private void call(Runnable signal) {
        try {
            signal.run();
        } catch (Throwable t) {
            cancel();
            LogText.quietly(() -> log.error("A subscriber to answers failed", LogText.of(t)));
        }
    }

    @Override
    public void request(long n) {
        if (n <= 0) {
            misuse = new IllegalArgumentException("Reactive Streams §3.9: request(" + n + ")");
        } else {
            requested.accumulateAndGet(n, (now, more) -> now + more < 0 ? Long.MAX_VALUE : now + more);
        }
        drain();
    }

    @Override
    public void cancel() {
        ended = true;
        answers.forget(this);
    }
}
