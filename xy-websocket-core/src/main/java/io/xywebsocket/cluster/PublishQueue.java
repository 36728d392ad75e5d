package io.xywebsocket.cluster;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.xywebsocket.XyClock;
import io.xywebsocket.concurrent.LogThrottle;
import io.xywebsocket.untrusted.LogText;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ObjLongConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Messages that wait to be published. Of those for which there is no room, events are dropped and counted. Thread-safe. */
final class PublishQueue {

    private static final Logger log = LoggerFactory.getLogger(PublishQueue.class);

    /** Beyond so many times the size, what is repaired anyway is not queued either. */
    private static final int VITAL_FACTOR = 4;

    /** More room for rejections, which say that there is none for an answer. */
    private static final int RESERVE = 64 << 10;

    /** @param node null for all nodes */
    record Waiting(@Nullable String node, Message message) {}

    private final XyClusterSettings settings;
    private final XyClock clock;
    private final ClusterCounters counters;
    private final LogThrottle drops;
    private final LogThrottle vitalDrops;

    @GuardedBy("this")
    private final Deque<Waiting> messages = new ArrayDeque<>();

    @GuardedBy("this")
    private final Map<Object, Message> latest = new HashMap<>();

    /** Events that were dropped, by node; the frames to come count them. */
    @GuardedBy("this")
    private final Map<@Nullable String, Long> dropped = new HashMap<>();

    @GuardedBy("this")
    private long bytes;

    /** Whether the last message has been queued. */
    @GuardedBy("this")
    private boolean ended;

    @GuardedBy("this")
    private boolean closed;

    PublishQueue(NodeSetup setup, ClusterCounters counters) {
        this.settings = setup.settings();
        this.clock = setup.clock();
        this.counters = counters;
        this.drops = new LogThrottle(clock);
        this.vitalDrops = new LogThrottle(clock);
    }

    /**
     * Queues a message, or replaces the one that waits of which only the latest counts.
     *
     * @param node null for all nodes
     * @return false if there is no room for it, or nothing is queued any more
     */
    synchronized boolean add(@Nullable String node, Message message) {
        if (closed) {
            return false;
        }
        message.queuedAt = clock.nanoTime();
        if (!ended && message.latestKey != null && replace(message)) {
            return true;
        }
        if (ended || !hasRoomFor(message)) {
            if (message.kind == Message.Kind.EVENT) {
                drop(node, message);
            } else if (message.kind != Message.Kind.CALL && !ended) {
                warn(vitalDrops, "Answers, notices and changes of members", message);
            }
            return false;
        }
        enqueue(node, message);
        return true;
    }

    @GuardedBy("this")
    private boolean replace(Message message) {
        Message waiting = latest.get(message.latestKey);
        if (waiting == null) {
            return false;
        }
        if (!fitsInPlaceOf(waiting, message)) {
            waiting.isSuperseded = true; // rather a gap than a former value in the place of the latest
            latest.remove(message.latestKey);
            return false;
        }
        if (message.kind != Message.Kind.HEARTBEAT) { // that one fits the changes that were queued before it
            bytes += waiting.replaceBy(message);
        }
        return true;
    }

    /** Allows larger replacements up to twice the bound; beyond that they need room as any new event. */
    @GuardedBy("this")
    private boolean fitsInPlaceOf(Message waiting, Message message) {
        int grown = message.size() - waiting.size();
        return message.kind == Message.Kind.HEARTBEAT
                || (!isTooLarge(message) && (grown <= 0 || bytes + grown <= 2 * room(message)));
    }

    @GuardedBy("this")
    private boolean hasRoomFor(Message message) {
        return bytes + message.size() <= room(message);
    }

    /**
     * Returns how many bytes may wait, a message included. Changes of the directory that are not published are noticed
     * by its version, and calls fail at their deadline.
     */
    private long room(Message message) {
        return switch (message.kind) {
            case EVENT, CALL -> settings.publishBufferSize();
            case VITAL -> VITAL_FACTOR * settings.publishBufferSize();
            case REJECTION -> VITAL_FACTOR * settings.publishBufferSize() + RESERVE;
            case HEARTBEAT -> Long.MAX_VALUE;
        };
    }

    /** Returns whether there is never room for a message. */
    boolean isTooLarge(Message message) {
        return message.size() > room(message);
    }

    @GuardedBy("this")
    private void enqueue(@Nullable String node, Message message) {
        messages.add(new Waiting(node, message));
        bytes += message.size();
        if (message.latestKey != null) {
            latest.put(message.latestKey, message);
        }
    }

    /** Queues a message to all, behind which nothing is queued until {@link #reopen}. Returns whether it was queued. */
    synchronized boolean end(Message last) {
        if (closed || ended) {
            return false;
        }
        last.queuedAt = clock.nanoTime();
        enqueue(null, last);
        ended = true;
        return true;
    }

    synchronized void reopen() {
        ended = false;
    }

    /** Counts an event to all nodes that is not published, as none is known. One that comes back is told of it. */
    synchronized void countUnsent() {
        dropped.merge(null, 1L, Long::sum);
    }

    @GuardedBy("this")
    private void drop(@Nullable String node, Message message) {
        dropped.merge(node, 1L, Long::sum);
        counters.droppedEvents.increment();
        warn(drops, "Events", message);
    }

    @GuardedBy("this")
    private void warn(LogThrottle throttle, String what, Message message) {
        if (throttle.tryAcquire()) {
            long waiting = bytes;
            long millis = messages.isEmpty() ? 0 : (clock.nanoTime() - messages.element().message.queuedAt) / 1_000_000;
            LogText.quietly(() -> log.warn(
                    "{} to other nodes are dropped: {} bytes wait to be published, the oldest for {} ms{}",
                    what,
                    waiting,
                    millis,
                    isTooLarge(message) ? "; one has more bytes than may wait, see cluster.publish-buffer-size" : ""));
        }
    }

    /**
     * Takes what waits, up to a size.
     *
     * @param onDropped told how many events have been dropped since, by node
     */
    synchronized List<Waiting> take(int maxBytes, ObjLongConsumer<@Nullable String> onDropped) {
        List<Waiting> taken = new ArrayList<>();
        int size = 0;
        while (!messages.isEmpty() && size < maxBytes) {
            Waiting next = messages.remove();
            onRemoved(next.message);
            if (next.message.kind == Message.Kind.CALL && next.message.isStale(clock.nanoTime(), settings.outage())) {
                continue; // its caller has been told so
            }
            if (next.message.isSuperseded) {
                continue;
            }
            size += next.message.size();
            taken.add(next);
        }
        dropped.forEach(onDropped::accept);
        dropped.clear();
        return taken;
    }

    @GuardedBy("this")
    private void onRemoved(Message message) {
        bytes -= message.size();
        if (message.latestKey != null) {
            latest.remove(message.latestKey, message);
        }
    }

    /** Drops what waits and is not wanted any more; events are counted. */
    synchronized void drop(Predicate<Message> unwanted) {
        for (int left = messages.size(); left > 0; left--) {
            Waiting waiting = messages.remove();
            if (!unwanted.test(waiting.message)) {
                messages.add(waiting);
                continue;
            }
            onRemoved(waiting.message);
            if (waiting.message.kind == Message.Kind.EVENT && !waiting.message.isSuperseded) {
                drop(waiting.node, waiting.message);
            }
        }
    }

    synchronized long bytes() {
        return bytes;
    }

    synchronized void close() {
        closed = true;
        messages.clear();
        latest.clear();
        bytes = 0;
    }

    @Override
    public synchronized String toString() {
        return messages.size() + " waiting";
    }
}
