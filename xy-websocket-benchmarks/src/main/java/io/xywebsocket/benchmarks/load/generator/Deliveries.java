package io.xywebsocket.benchmarks.load.generator;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Events from a server on their way to everybody. Latencies count from the moment that they were asked for. */
public final class Deliveries {

    private final byte[] prefix;
    private final Tally tally;
    private long startedAt;
    private long missing;
    private long received;
    private @Nullable CompletableFuture<Void> complete;

    /** Nothing is expected yet. */
    public Deliveries(Connection.Target target, Tally tally) {
        this.prefix = target.dialect().eventPrefix().getBytes(StandardCharsets.UTF_8);
        this.tally = tally;
    }

    /** These hear events from now on. */
    public void listen(List<Connection> connections) {
        connections.forEach(connection -> connection.play(new Listener()));
    }

    /** Says how many events are about to arrive, in all; the result completes when they have. */
    public CompletableFuture<Void> expect(long count) {
        CompletableFuture<Void> next = new CompletableFuture<>();
        complete = next;
        missing = count;
        startedAt = System.nanoTime();
        return next;
    }

    /** From now on latencies count from now. */
    public void begin() {
        startedAt = System.nanoTime();
    }

    /** How many have arrived. */
    public long received() {
        return received;
    }

    private final class Listener implements Script {

        @Override
        public void text(Connection connection, byte[] bytes, int offset, int length) {
            for (int i = 0; i < prefix.length; i++) {
                if (i >= length || bytes[offset + i] != prefix[i]) {
                    tally.wrong(() -> new String(bytes, offset, length, StandardCharsets.UTF_8));
                    return;
                }
            }
            received++;
            tally.came(connection.now - startedAt);
            if (--missing == 0 && complete != null) {
                complete.complete(null);
            }
        }

        @Override
        public void closed(Connection connection) {
            if (missing > 0) {
                tally.wrong(() -> "a connection was closed");
            }
        }
    }
}
