package io.xywebsocket;

import io.xywebsocket.transport.Transport;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Runs what writes to peers: a broadcast costs a few tasks and not one for each peer, see {@link Relay}. And what would keep the clock, or
 * somebody who sends, for too long. Thread-safe.
 */
final class Writers implements Executor {

    private static final int TURN = 64;

    private final Executor pool;
    private final Relay writes;
    private final Relay asides;

    /**
     * @param pool       refuses nothing before it is closed, which whoever made it does
     * @param successors the same pool for what is left when it is closed, so that a write that hangs keeps no other peer from its close frame
     */
    Writers(Executor pool, Executor successors) {
        this.pool = pool;
        this.writes = new Relay(pool, successors, TURN);
        this.asides =
                new Relay(pool, successors, 1); // there may be thousands at once, and a write is not to wait for them
    }

    /**
     * Any task at all, on a thread of its own, also one that would rather be refused.
     *
     * @throws RejectedExecutionException once the pool is closed
     */
    @SuppressWarnings("UnnecessaryMethodReference") // the pool must not know what it is
    void executeOther(Runnable task) {
        pool.execute(task::run);
    }

    /** Ends a connection; on this thread if that takes no time. */
    void cut(Transport transport) {
        if (transport.cutsAtOnce()) {
            transport.cut();
        } else {
            executeAside(transport::cut);
        }
    }

    /** Something of a few milliseconds that nobody waits for. Runs on this thread only if the pool is closed. */
    void executeAside(Runnable task) {
        try {
            asides.execute(task);
        } catch (RejectedExecutionException closed) {
            task.run();
        }
    }

    /** @throws RejectedExecutionException once the pool is closed */
    @Override
    public void execute(Runnable write) {
        writes.execute(write);
    }
}
