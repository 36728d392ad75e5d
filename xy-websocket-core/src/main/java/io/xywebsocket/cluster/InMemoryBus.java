package io.xywebsocket.cluster;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.xywebsocket.XyClock;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A bus inside this process, for tests: it can lose, repeat and delay frames, and cut nodes off. Each node has an {@link
 * XyBus} of it, by {@link #line}. Thread-safe.
 *
 * @since 0.1
 */
public final class InMemoryBus {

    /** What becomes of a frame on its way to one node. */
    public enum Fate {
        DELIVER,
        LOSE,
        REPEAT
    }

    /** Decides what becomes of a frame on its way to a node. */
    @FunctionalInterface
    public interface Fates {
        Fate of(String to, String channel, byte[] frame);
    }

    private final XyClock clock;

    @GuardedBy("this")
    private final Map<String, Line> lines = new LinkedHashMap<>();

    @GuardedBy("this")
    private Fates fates = (to, channel, frame) -> Fate.DELIVER;

    @GuardedBy("this")
    private Duration delay = Duration.ZERO;

    /** @param clock runs what is delayed; frames without a delay arrive on the thread that publishes them */
    public InMemoryBus(XyClock clock) {
        this.clock = clock;
    }

    /** Returns the bus as one node sees it. */
    public synchronized XyBus line(String name) {
        return lines.computeIfAbsent(name, Line::new);
    }

    /** Decides about all frames from now on. */
    public synchronized void fates(Fates decider) {
        fates = decider;
    }

    /** Delays all frames from now on. */
    public synchronized void delay(Duration time) {
        delay = time;
    }

    /** Cuts a node off: it can't publish, and nothing reaches it. */
    public synchronized void cut(String name) {
        cut(name, true, true);
    }

    /** Cuts a node off in one direction, or in both, or in none. */
    public synchronized void cut(String name, boolean publishing, boolean receiving) {
        Line line = lines.get(name);
        if (line != null) {
            line.cannotPublish = publishing;
            line.cannotReceive = receiving;
        }
    }

    /** Lets nothing reach a node until it {@linkplain XyBus#renew renews} its subscription. It can publish. */
    public synchronized void silence(String name) {
        Line line = lines.get(name);
        if (line != null) {
            line.silent = true;
        }
    }

    /** Ends a {@link #cut}. */
    public synchronized void heal(String name) {
        cut(name, false, false);
    }

    private void publish(String channel, byte[] frame) {
        Map<Line, Fate> receivers = new LinkedHashMap<>();
        Duration pause;
        synchronized (this) {
            pause = delay;
            for (Line line : lines.values()) {
                if (!line.cannotReceive && !line.silent && line.channels.contains(channel)) {
                    receivers.put(line, fates.of(line.name, channel, frame));
                }
            }
        }
        receivers.forEach((line, fate) -> {
            if (fate != Fate.LOSE) {
                deliver(line, channel, frame, pause);
            }
            if (fate == Fate.REPEAT) {
                deliver(line, channel, frame, pause);
            }
        });
    }

    private void deliver(Line line, String channel, byte[] frame, Duration pause) {
        if (pause.isZero()) {
            line.deliver(channel, frame);
        } else {
            clock.schedule(() -> line.deliver(channel, frame), pause);
        }
    }

    private final class Line implements XyBus {

        private final String name;

        // guarded by the bus
        private Set<String> channels = Set.of();
        private boolean cannotPublish;
        private boolean cannotReceive;
        private boolean silent;
        private boolean closed;

        private volatile @Nullable Receiver receiver;

        Line(String name) {
            this.name = name;
        }

        @Override
        public void open(Set<String> subscribed, Receiver taker) {
            synchronized (InMemoryBus.this) {
                receiver = taker;
                channels = Set.copyOf(subscribed);
            }
        }

        @Override
        public void publish(String channel, byte[] frame) throws IOException {
            synchronized (InMemoryBus.this) {
                if (cannotPublish || closed) {
                    throw new IOException("The bus can't be reached");
                }
            }
            InMemoryBus.this.publish(channel, frame);
        }

        private synchronized void deliver(String channel, byte[] frame) {
            Receiver taker = receiver;
            if (taker != null) {
                taker.frame(channel, frame);
            }
        }

        @Override
        public void renew() {
            synchronized (InMemoryBus.this) {
                silent = false;
            }
        }

        @Override
        public void close() {
            synchronized (InMemoryBus.this) {
                channels = Set.of();
                receiver = null;
                closed = true;
            }
        }
    }
}
