package io.xywebsocket.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.xywebsocket.XyClock;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Notices an end without a close frame, right after a frame, over which the JDK (17 to 25 at least) may trip and tell nobody: writes
 * fail then, the third at the latest. So a few pongs follow when it falls quiet; where frames keep coming, later. Thread-safe.
 */
final class EndProbe {

    /** How long it must be quiet: in the middle of a message so long at least, between messages up to the longest. */
    private static final Duration QUIET = Duration.ofMillis(50);

    private static final Duration LONGEST_QUIET = Duration.ofMillis(400);

    /** After each pong; the last one comes late enough for a server that is far away. */
    private static final List<Duration> PAUSES =
            List.of(Duration.ofMillis(50), Duration.ofMillis(50), Duration.ofMillis(800), Duration.ofMillis(50));

    private final XyClock clock;
    private final Supplier<CompletableFuture<?>> pong;
    private final Runnable lost;
    private volatile boolean heard;

    @GuardedBy("this")
    private XyClock.@Nullable Timer timer;

    @GuardedBy("this")
    private Duration quiet = QUIET;

    /** Whether a piece of a message has come since the last look. */
    @GuardedBy("this")
    private boolean inside;

    @GuardedBy("this")
    private int sent;

    @GuardedBy("this")
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

    /**
     * Something has come.
     *
     * @param unfinished whether the rest of a message is to follow
     */
    void heard(boolean unfinished) {
        if (heard && !unfinished) {
            return;
        }
        heard = true;
        synchronized (this) {
            inside |= unfinished;
            boolean late = unfinished && quiet.compareTo(QUIET) > 0;
            if (stopped || (timer != null && !late)) {
                return;
            }
            if (timer != null) {
                timer.cancel();
            }
            quiet = QUIET;
            timer = clock.schedule(this::check, quiet);
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
                quiet = inside ? QUIET : longer(quiet);
                inside = false;
                timer = clock.schedule(this::check, quiet);
                return;
            }
            if (sent == PAUSES.size()) {
                timer = null;
                quiet = QUIET;
                return;
            }
            timer = clock.schedule(this::check, PAUSES.get(sent++));
        }
        pong.get().whenComplete((done, error) -> {
            if (error instanceof CompletionException wrapper && wrapper.getCause() instanceof IOException) {
                lost.run();
            }
        });
    }

    private static Duration longer(Duration quiet) {
        Duration twice = quiet.multipliedBy(2);
        return twice.compareTo(LONGEST_QUIET) < 0 ? twice : LONGEST_QUIET;
    }
}
