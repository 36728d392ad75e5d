package io.xywebsocket.benchmarks.load.generator;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Calls at a steady rate, whatever the answers do. A share of them goes to a function that takes its time; the latencies
 * are those of the others.
 */
public final class PacedCalls implements Runnable {

    private static final int QUICK = 70;
    private static final int SLOW = 20;

    /**
     * @param perSecond calls per second, over all connections
     * @param slowEvery every which call is a slow one; 0: none
     */
    public record Pace(int perSecond, int slowEvery) {}

    private final Pace pace;
    private final Dialect dialect;
    private final int payloadLength;
    private final Tally tally;
    private final byte[][] frames = new byte[QUICK + SLOW][];
    private final List<Caller> callers = new ArrayList<>();
    private final long began = System.nanoTime();
    private long made;
    private boolean running = true;

    /** {@link #run} is to be called about every millisecond. */
    public PacedCalls(Pace pace, Calls.Shape shape, Connection.Target target, Tally tally) {
        this.pace = pace;
        this.dialect = target.dialect();
        this.tally = tally;
        this.payloadLength = shape.payload().apply(0).length();
        for (int slot = 0; slot < frames.length; slot++) {
            String function = slot < QUICK ? "echo" : "block";
            String call = dialect.call(function, slot, shape.payload().apply(slot));
            frames[slot] = Frames.text(call.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** These make the calls. */
    public void start(List<Connection> connections) {
        connections.forEach(connection -> callers.add(new Caller(connection)));
    }

    /** Calls no more; answers still come. */
    public void stop() {
        running = false;
    }

    @Override
    public void run() {
        long due = (long) ((System.nanoTime() - began) / 1e9 * pace.perSecond());
        while (running && made < due) {
            boolean slow = pace.slowEvery() > 0 && made % pace.slowEvery() == 0;
            callers.get((int) (made % callers.size())).call(slow);
            made++;
        }
    }

    private final class Caller implements Script {

        private final Connection connection;
        private final long[] sentAt = new long[QUICK + SLOW];
        private final Deque<Integer> quick = new ArrayDeque<>();
        private final Deque<Integer> slow = new ArrayDeque<>();

        Caller(Connection connection) {
            this.connection = connection;
            for (int slot = 0; slot < QUICK + SLOW; slot++) {
                free(slot).add(slot);
            }
            connection.play(this);
        }

        private Deque<Integer> free(int slot) {
            return slot < QUICK ? quick : slow;
        }

        void call(boolean slowly) {
            Integer slot = (slowly ? slow : quick).poll();
            if (slot == null) {
                tally.wrong(() -> "a connection waits for too many answers");
                return;
            }
            sentAt[slot] = System.nanoTime();
            tally.sent();
            connection.add(frames[slot]);
            connection.flush();
        }

        @Override
        public void text(Connection from, byte[] bytes, int offset, int length) {
            int at = dialect.payloadAt(offset, length, payloadLength);
            int slot = at < offset ? -1 : Calls.slot(bytes, at);
            if (slot < 0 || slot >= sentAt.length || sentAt[slot] == 0) {
                tally.wrong(() -> new String(bytes, offset, length, StandardCharsets.UTF_8));
                return;
            }
            if (slot < QUICK) {
                tally.answered(1, from.now - sentAt[slot]);
            } else {
                tally.answered(1);
            }
            sentAt[slot] = 0;
            free(slot).add(slot);
        }
    }
}
