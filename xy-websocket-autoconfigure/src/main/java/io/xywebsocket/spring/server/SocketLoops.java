package io.xywebsocket.spring.server;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A few {@link SocketLoop}s, each of which is there while it has sockets. Thread-safe. */
final class SocketLoops {

    private static final int MOST = 4;

    private static final AtomicInteger started = new AtomicInteger();

    // guarded by this
    private final @Nullable SocketLoop[] loops;

    SocketLoops() {
        this(Math.max(1, Math.min(MOST, Runtime.getRuntime().availableProcessors() / 2)));
    }

    SocketLoops(int count) {
        this.loops = new SocketLoop[count];
    }

    /**
     * Gives the socket to the loop that has the fewest.
     *
     * @throws IOException if there can be no further selector
     */
    synchronized SocketLoop add(SocketLoop.Member member) throws IOException {
        int least = 0;
        for (int i = 1; i < loops.length; i++) {
            if (size(loops[i]) < size(loops[least])) {
                least = i;
            }
        }
        SocketLoop loop = loops[least];
        if (loop != null && loop.add(member)) {
            return loop;
        }
        SocketLoop fresh = new SocketLoop("xy-socket-" + started.incrementAndGet(), this::remove);
        fresh.add(member);
        fresh.start();
        loops[least] = fresh;
        return fresh;
    }

    /** Forgets a loop that has ended: its closed selector still refers to the last sockets that were closed. */
    private synchronized void remove(SocketLoop loop) {
        for (int i = 0; i < loops.length; i++) {
            if (loops[i] == loop) {
                loops[i] = null;
            }
        }
    }

    private static int size(@Nullable SocketLoop loop) {
        return loop == null ? 0 : loop.size();
    }
}
