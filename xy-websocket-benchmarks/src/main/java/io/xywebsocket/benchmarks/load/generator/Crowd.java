package io.xywebsocket.benchmarks.load.generator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Connections to one server, as many as are needed. Used by the runner's thread. */
public final class Crowd implements AutoCloseable {

    private static final int AT_ONCE = 200;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Generator generator;
    private final Connection.Target target;
    private final List<Connection> connections = new ArrayList<>();

    /** Nobody, for now. */
    public Crowd(Generator generator, Connection.Target target) {
        this.generator = generator;
        this.target = target;
    }

    /** What they are connected to. */
    public Connection.Target target() {
        return target;
    }

    /** So many connections, which are open; opens what is missing. */
    public List<Connection> of(int size) {
        if (connections.size() < size) {
            openUpTo(size);
            pause(target.dialect().settlingMillis());
        }
        return List.copyOf(connections.subList(0, size));
    }

    private void openUpTo(int size) {
        AtomicInteger open = new AtomicInteger(connections.size());
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (connections.size() < size) {
            connections.add(generator.ask(() -> connect(open)));
            while (connections.size() - open.get() >= AT_ONCE || connections.size() == size && open.get() < size) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("only " + open.get() + " of " + size + " connections opened");
                }
                pause(1);
            }
        }
    }

    private Connection connect(AtomicInteger open) {
        try {
            return new Connection(generator, target, connections.size(), open::incrementAndGet);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends all but so many. */
    public void shrinkTo(int size) {
        generator.run(() -> {
            while (connections.size() > size) {
                connections.remove(connections.size() - 1).abort();
            }
        });
    }

    @Override
    public void close() {
        shrinkTo(0);
    }

    private static void pause(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
