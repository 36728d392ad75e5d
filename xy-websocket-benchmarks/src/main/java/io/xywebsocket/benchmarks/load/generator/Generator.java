package io.xywebsocket.benchmarks.load.generator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/** One thread, one selector, all connections. Thread-safe; connections and scripts belong to its thread. */
public final class Generator implements AutoCloseable {

    private static final int IN = 256 * 1024;
    private static final int OUT = 1024 * 1024;

    final Selector selector;
    final ByteBuffer in = ByteBuffer.allocate(IN);
    final ByteBuffer out = ByteBuffer.allocateDirect(OUT);

    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Thread thread = new Thread(this::run, "generator");
    private Runnable ticker = () -> {};
    private boolean ticking;
    private volatile boolean closed;

    /** Begins. */
    public Generator() {
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((me, error) -> {
            error.printStackTrace(); // whoever waits for this thread would wait for ever
            Runtime.getRuntime().halt(1);
        });
        thread.start();
    }

    /** Runs something on the generator's thread and waits for it. */
    public void run(Runnable task) {
        ask(() -> {
            task.run();
            return true;
        });
    }

    /** Asks something on the generator's thread. */
    public <T> T ask(Supplier<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        tasks.add(() -> {
            try {
                answer.complete(question.get());
            } catch (RuntimeException | Error e) {
                answer.completeExceptionally(e);
            }
        });
        selector.wakeup();
        return answer.join();
    }

    /** Calls something about every millisecond from now on. */
    public void everyMillisecond(Runnable newTicker) {
        run(() -> {
            ticker = newTicker;
            ticking = true;
        });
    }

    /** Ends that. */
    public void stopTicking() {
        run(() -> ticking = false);
    }

    private void run() {
        while (!closed) {
            try {
                selector.select(ticking ? 1 : 1000);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            for (Runnable task; (task = tasks.poll()) != null; ) {
                task.run();
            }
            if (ticking) {
                ticker.run();
            }
            for (SelectionKey key : selector.selectedKeys()) {
                ((Connection) key.attachment()).ready();
            }
            selector.selectedKeys().clear();
        }
    }

    @Override
    public void close() {
        closed = true;
        selector.wakeup();
    }
}
