package io.xywebsocket.client;

import io.xywebsocket.XyClock;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Notices an end that the JDK overlooks. If the server hangs up right after a message, without a close frame, as one does that is killed,
 * the JDK (17 to 25 at least) may trip over an {@code InternalError} of its own and tells nobody; but what is written after that fails, at
 * the latest the third time. So when a second has been quiet after a message, three pongs go out, which nobody has to answer.
 * Thread-safe.
 */
final class EndProbe {

    private static final Duration QUIET = Duration.ofSeconds(1);
    private static final Duration BETWEEN = Duration.ofMillis(300);
    private static final int PONGS = 3;

    private final XyClock clock;
    private final Supplier<CompletableFuture<?>> pong;
    private final Runnable lost;
    private volatile boolean heard;

    // all guarded by this
    private XyClock.@Nullable Timer timer;
    private int sent;
    private boolean stopped;

    /**
     * @param pong sends a pong
     * @param lost runs if that failed
     */
    EndProbe(XyClock clock, Supplier<CompletableFuture<?>> pong, Runnable lost) {
        this.clock = clock;
        this.pong = pong;
        this.lost = lost;
    }

    /** A message has come. */
    void heard() {
        if (heard) {
            return;
        }
        heard = true;
        synchronized (this) {
            if (timer == null && !stopped) {
                timer = clock.schedule(this::check, QUIET);
            }
        }
    }

    synchronized void stop() {
        stopped = true;
        if (timer != null) {
            timer.cancel();
        }
    }

    private void check() {
        synchronized (this) {
            if (stopped) {
                return;
            }
            if (heard) {
                heard = false;
                sent = 0;
                timer = clock.schedule(this::check, QUIET);
                return;
            }
            if (sent == PONGS) {
                timer = null;
                return;
            }
            sent++;
            timer = clock.schedule(this::check, BETWEEN);
        }
        pong.get().whenComplete((done, error) -> {
            if (error instanceof CompletionException wrapper && wrapper.getCause() instanceof IOException) {
                lost.run();
            }
        });
    }
}
