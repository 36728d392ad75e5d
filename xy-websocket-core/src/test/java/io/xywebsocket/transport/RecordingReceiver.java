package io.xywebsocket.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.transport.TransportContract.Closed;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Remembers what a transport tells. Thread-safe. */
public class RecordingReceiver implements Transport.Receiver {

    /** A code of a violation that was told of, and its reason. */
    public record Violation(int code, String reason) {}

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final List<String> texts = new CopyOnWriteArrayList<>();
    private final List<Violation> violations = new CopyOnWriteArrayList<>();
    private final List<Closed> closed = new CopyOnWriteArrayList<>();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private final AtomicInteger pings = new AtomicInteger();
    private final AtomicInteger pongs = new AtomicInteger();
    private final AtomicInteger toldAfterTheEnd = new AtomicInteger();
    private int writable; // guarded by this

    @Override
    public final void onText(byte[] utf8, int offset, int length) {
        onText(new String(utf8, offset, length, StandardCharsets.UTF_8));
    }

    /** A text has arrived. */
    public void onText(String text) {
        told();
        texts.add(text);
    }

    @Override
    public void onPing() {
        told();
        pings.incrementAndGet();
    }

    @Override
    public void onPong() {
        told();
        pongs.incrementAndGet();
    }

    @Override
    public void onWritable() {
        if (!closed.isEmpty()) {
            toldAfterTheEnd.incrementAndGet();
        }
        synchronized (this) {
            writable++;
            notifyAll();
        }
    }

    @Override
    public void onViolation(int code, String reason) {
        told();
        violations.add(new Violation(code, reason));
    }

    @Override
    public void onClosed(int code, String reason) {
        closed.add(new Closed(code, reason));
        synchronized (this) {
            notifyAll();
        }
    }

    private void told() {
        threads.add(Thread.currentThread());
        if (!closed.isEmpty()) {
            toldAfterTheEnd.incrementAndGet();
        }
    }

    /** The texts in the order in which they came. */
    public List<String> texts() {
        return texts;
    }

    public int pings() {
        return pings.get();
    }

    public int pongs() {
        return pongs.get();
    }

    public List<Violation> violations() {
        return violations;
    }

    /** Every end that was told of: there should be one. */
    public List<Closed> closed() {
        return closed;
    }

    /** The threads on which it was told of texts and pongs. */
    public Set<Thread> threads() {
        return threads;
    }

    /** How often it was told that more may be sent. */
    public synchronized int timesWritable() {
        return writable;
    }

    /** Waits until it has been told so more often than that; returns whether it was, rather than of the end. */
    public synchronized boolean awaitWritable(int before) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (writable <= before && closed.isEmpty()) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new AssertionError("neither writable nor closed");
            }
            wait(left);
        }
        return writable > before;
    }

    public void awaitClosed() {
        await().until(() -> !closed.isEmpty());
    }

    /** Asserts that the end came, came once, and came last. */
    public void assertClosedOnce() {
        awaitClosed();
        await().pollInterval(Duration.ofMillis(10))
                .during(Duration.ofMillis(100))
                .until(() -> closed.size() == 1);
        assertThat(toldAfterTheEnd).hasValue(0);
    }
}
