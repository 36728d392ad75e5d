package io.xywebsocket.benchmarks.load.generator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Clients that come at a steady rate, make one call and go. Latencies are from connecting to the answer. */
public final class Visits implements Runnable {

    private static final int AT_ONCE = 1000;

    private final Generator generator;
    private final Connection.Target target;
    private final double perNano;
    private final Tally tally;
    private final byte[] payload;
    private final byte[] call;
    private final long began = System.nanoTime();
    private long come;
    private long gone;

    /** Nobody has come yet; {@link #run} is to be called about every millisecond. */
    public Visits(Generator generator, Connection.Target target, int perSecond, String payload, Tally tally) {
        this.generator = generator;
        this.target = target;
        this.perNano = perSecond / 1e9;
        this.tally = tally;
        this.payload = payload.getBytes(StandardCharsets.UTF_8);
        this.call = Frames.text(target.dialect().call("echo", 0, payload).getBytes(StandardCharsets.UTF_8));
    }

    /** How many are there now. */
    public long present() {
        return come - gone;
    }

    @Override
    public void run() {
        long due = (long) ((System.nanoTime() - began) * perNano);
        while (come < due && present() < AT_ONCE) {
            Visitor visitor = new Visitor();
            try {
                Connection connection = new Connection(generator, target, (int) come, visitor::open);
                visitor.connection = connection;
                connection.play(visitor);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            come++;
        }
    }

    private final class Visitor implements Script {

        private final long cameAt = System.nanoTime();
        private boolean answered;

        @org.jspecify.annotations.Nullable
        private Connection connection;

        void open() {
            if (connection != null) {
                connection.add(call);
                connection.flush();
            }
        }

        @Override
        public void text(Connection from, byte[] bytes, int offset, int length) {
            int at = target.dialect().payloadAt(offset, length, payload.length);
            answered =
                    at >= offset && java.util.Arrays.equals(bytes, at, at + payload.length, payload, 0, payload.length);
            tally.came(from.now - cameAt);
            from.close();
        }

        @Override
        public void closed(Connection from) {
            gone++;
            if (!answered) {
                tally.wrong(() -> "a connection was closed without an answer");
            }
        }
    }
}
