package io.xywebsocket.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.transport.TransportContract.Closed;
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

    private final List<String> texts = new CopyOnWriteArrayList<>();
    private final List<Violation> violations = new CopyOnWriteArrayList<>();
    private final List<Closed> closed = new CopyOnWriteArrayList<>();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private final AtomicInteger pongs = new AtomicInteger();
    private final AtomicInteger toldAfterTheEnd = new AtomicInteger();

    @Override
    public void text(String text) {
        told();
        texts.add(text);
    }

    @Override
    public void pong() {
        told();
        pongs.incrementAndGet();
    }

    @Override
    public void violation(int code, String reason) {
        told();
        violations.add(new Violation(code, reason));
    }

    @Override
    public void closed(int code, String reason) {
        closed.add(new Closed(code, reason));
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
