package io.xywebsocket.spring.server;

import io.xywebsocket.XyClock;
import java.time.Duration;
import java.util.concurrent.Semaphore;

/**
 * Pauses the reading of one session. Where the container can't do it, the thread that reads is held up, but only so many
 * of them: the container's threads are not ours alone.
 */
final class ReadingPause {

    /** Tomcat loses a wake-up that comes while its thread is still leaving the session; a few milliseconds later it is gone. */
    private static final Duration SETTLE = Duration.ofMillis(5);

    private final ContainerSession session;
    private final XyClock clock;
    private final Semaphore heldThreads;

    // guarded by this
    private boolean wanted;
    private boolean suspended;
    private boolean resuming;
    private boolean over;
    private long suspendedAt;

    ReadingPause(ContainerSession session, XyClock clock, Semaphore heldThreads) {
        this.session = session;
        this.clock = clock;
        this.heldThreads = heldThreads;
    }

    synchronized void begin() {
        wanted = true;
    }

    synchronized void end() {
        wanted = false;
        notifyAll();
        if (suspended && !resuming) {
            resuming = true;
            long settled = SETTLE.toNanos() - (clock.nanoTime() - suspendedAt);
            clock.schedule(this::resume, Duration.ofNanos(Math.max(0, settled)));
        }
    }

    /** The connection is over; nobody waits any more. */
    synchronized void over() {
        over = true;
        notifyAll();
    }

    /**
     * Called by the thread that reads, after each message.
     *
     * @return false if the pause isn't possible: too many threads are held up already
     */
    synchronized boolean apply() {
        if (!wanted || suspended || over) {
            return true;
        }
        if (session.canSuspend()) {
            suspended = true;
            suspendedAt = clock.nanoTime();
            session.suspend();
            return true;
        }
        return holdThread();
    }

    private synchronized boolean holdThread() {
        if (!heldThreads.tryAcquire()) {
            return false;
        }
        try {
            while (wanted && !over) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            heldThreads.release();
        }
        return true;
    }

    private synchronized void resume() {
        resuming = false;
        if (suspended && !wanted) {
            suspended = false;
            session.resume();
        }
    }
}
