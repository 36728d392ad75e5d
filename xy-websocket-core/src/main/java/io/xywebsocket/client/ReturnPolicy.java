package io.xywebsocket.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.xywebsocket.XyClock;
import io.xywebsocket.untrusted.LogText;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;

/** Decides whether and when a client connects again; the application's own policy says whether, if there is one. Thread-safe. */
final class ReturnPolicy {

    /** How long to wait before the next try, after so many in a row that have failed. */
    record Pause(int failedTries, Duration delay) {}

    private final ClientSettings settings;
    private final XyClock clock;
    private final Executor executor;
    private final ConnectionLog log;

    @GuardedBy("this")
    private final Backoff backoff;

    @GuardedBy("this")
    private int failedTries;

    /** When a client that stays away may be back at the earliest. */
    @GuardedBy("this")
    private long notBefore;

    /** @param executor asks the application, which may block */
    ReturnPolicy(ClientSettings settings, XyClock clock, Executor executor, ConnectionLog log) {
        this.settings = settings;
        this.clock = clock;
        this.executor = executor;
        this.log = log;
        this.backoff = new Backoff(settings.minBackoff(), settings.maxBackoff());
        this.notBefore = clock.nanoTime();
    }

    synchronized void connected() {
        failedTries = 0;
    }

    synchronized void failed(Throwable cause) {
        failedTries++;
        backoff.longerBy(ReturnHint.of(cause, Instant.now()));
    }

    /**
     * A transport is over.
     *
     * @param nanos    how long it lasted
     * @param received whether a message came
     */
    synchronized void ended(int code, String reason, long nanos, boolean received) {
        backoff.atLeast(ReturnHint.of(code, reason));
        backoff.ended(nanos, received && !ConnectionEnd.sendsAway(code));
    }

    /** @param then hears whether to come back; at once, or on the executor */
    void decide(ConnectionEnd end, BiConsumer<ConnectionEnd, Boolean> then) {
        XyClient.Reconnect own = settings.reconnect();
        if (own == null) {
            then.accept(end, end.comesBack(settings.renewsLogin()));
        } else {
            executor.execute(() -> then.accept(end, isTrue(own, end)));
        }
    }

    private boolean isTrue(XyClient.Reconnect own, ConnectionEnd end) {
        try {
            return own.after(end.code(), end.reason());
        } catch (Throwable t) { // whatever it is: a client that is lost without a word helps nobody
            LogText.quietly(() -> log.undecided(t));
            return true;
        }
    }

    /** The client comes back by itself after this. */
    synchronized Pause pause() {
        return new Pause(failedTries, backoff.next());
    }

    /** The client stays away until it is woken. */
    synchronized void stayAway() {
        notBefore = clock.nanoTime() + backoff.next().toNanos();
    }

    /** How long a client that is woken still has to stay away; zero or less if it hasn't to. */
    synchronized Duration left() {
        return Duration.ofNanos(notBefore - clock.nanoTime());
    }
}
