package io.xywebsocket.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.xywebsocket.XyClock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** The shutdowns of an endpoint, each under way until it is complete or revoked. Thread-safe. */
@SuppressWarnings("CollectionUndefinedEquality") // futures compare by identity
final class Shutdowns {

    /** Bounds the closing handshakes and the last listeners once connections have been closed. */
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

    private final Polling polling;
    private final Collection<Connection> connections;
    private final Consumer<Connection> closeForShutdown;
    private volatile boolean down;

    // the futures don't tell, as their holders may complete them
    @GuardedBy("this")
    private final Set<CompletableFuture<Void>> underWay = new HashSet<>();

    @GuardedBy("this")
    private boolean closed;

    /** @param closeForShutdown closes a connection */
    Shutdowns(XyClock clock, Collection<Connection> connections, Consumer<Connection> closeForShutdown) {
        this.polling = new Polling(clock);
        this.connections = connections;
        this.closeForShutdown = closeForShutdown;
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
            polling.until(() -> isOver(shutdown) || isIdle(), grace, () -> closeAll(shutdown));
        }
        return shutdown;
    }

    private void closeAll(CompletableFuture<Void> shutdown) {
        if (isOver(shutdown)) {
            return;
        }
        for (Connection connection : connections) {
            if (!isOver(shutdown)) { // may be revoked at any time
                closeForShutdown.accept(connection);
            }
        }
        polling.until(() -> isOver(shutdown) || connections.isEmpty(), CLOSE_TIMEOUT, () -> abortAll(shutdown));
    }

    private void abortAll(CompletableFuture<Void> shutdown) {
        boolean ended;
        synchronized (this) {
            ended = underWay.remove(shutdown);
        }
        if (ended) {
            connections.forEach(Connection::abort);
            shutdown.complete(null);
        }
    }

    /** Ends all shutdowns that are under way; they close no more connections. */
    void endAll() {
        end(false).run();
    }

    /**
     * Ends all shutdowns and stays down.
     *
     * @return completes their futures
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
