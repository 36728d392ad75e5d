package io.xywebsocket;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Whether an endpoint shuts down, and its shutdowns, which go on until they are done or taken back. Thread-safe. */
@SuppressWarnings("CollectionUndefinedEquality") // each shutdown is a future of its own
final class Shutdowns {

    /** How long the closing handshakes and the last listeners may take once the connections have been closed. */
    private static final Duration FAREWELL = Duration.ofSeconds(1);

    private final Patience patience;
    private final Collection<Connection> connections;
    private final Consumer<Connection> sendAway;
    private volatile boolean down;

    // all guarded by this; not asked of the futures, which those who have them may complete as they like
    private final Set<CompletableFuture<Void>> underWay = new HashSet<>();
    private boolean closed;

    /** @param sendAway closes a connection */
    Shutdowns(XyClock clock, Collection<Connection> connections, Consumer<Connection> sendAway) {
        this.patience = new Patience(clock);
        this.connections = connections;
        this.sendAway = sendAway;
    }

    boolean isDown() {
        return down;
    }

    CompletableFuture<Void> begin(Duration grace) {
        CompletableFuture<Void> shutdown = new CompletableFuture<>();
        boolean tooLate;
        synchronized (this) {
            down = true;
            tooLate = closed;
            if (!tooLate) {
                underWay.add(shutdown);
            }
        }
        if (tooLate) {
            shutdown.complete(null);
        } else {
            patience.until(() -> isOver(shutdown) || isIdle(), grace, () -> sendAllAway(shutdown));
        }
        return shutdown;
    }

    private void sendAllAway(CompletableFuture<Void> shutdown) {
        if (isOver(shutdown)) {
            return;
        }
        for (Connection connection : connections) {
            if (!isOver(shutdown)) { // it may be taken back at any time
                sendAway.accept(connection);
            }
        }
        patience.until(() -> isOver(shutdown) || connections.isEmpty(), FAREWELL, () -> cutAll(shutdown));
    }

    private void cutAll(CompletableFuture<Void> shutdown) {
        boolean ended;
        synchronized (this) {
            ended = underWay.remove(shutdown);
        }
        if (ended) {
            connections.forEach(Connection::cut);
            shutdown.complete(null);
        }
    }

    /** Those that are under way close nobody any more. */
    void takeBack() {
        end(false).run();
    }

    /**
     * The same, for good.
     *
     * @return completes what was under way
     */
    Runnable close() {
        synchronized (this) {
            closed = true;
        }
        return end(true);
    }

    private synchronized Runnable end(boolean downThen) {
        down = downThen || closed;
        List<CompletableFuture<Void>> ended = List.copyOf(underWay);
        underWay.clear();
        return () -> ended.forEach(shutdown -> shutdown.complete(null));
    }

    private synchronized boolean isOver(CompletableFuture<Void> shutdown) {
        return !underWay.contains(shutdown);
    }

    private boolean isIdle() {
        return connections.stream().allMatch(Connection::isIdle);
    }
}
