package io.xywebsocket.engine;

import io.xywebsocket.XyLimits;
import io.xywebsocket.XySlowPeerPolicy;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The frames that wait for one peer, in order, with a bound and a policy for events beyond it. Guarded by its {@link
 * Outbound}.
 *
 * <p>Answers and refusals don't count against the bound, so that a peer which reads isn't dropped for many calls at
 * once; they have a far higher one. No calls start while it {@link #isCrowded}, and none are read while it {@link
 * #isFullOfRefusals}.
 */
final class SendQueue {

    /** Discarded events from which they are removed, if these are most of the queue. */
    private static final int COMPACT_FROM = 64;

    /** The bound on answers, as a multiple of the send buffer. */
    private static final long ANSWERS = 16;

    private final int limit;
    private final XySlowPeerPolicy policy;
    private final Counters counters;
    private final CompactQueue<Queued> queue = new CompactQueue<>();
    private final @Nullable EventAges ages;
    private @Nullable Map<LatestKey, QueuedEvent> latest;
    private int tombstones;

    // bytes, including those being written
    private long all;
    private long answers; // including refusals
    private long refusals;
    private long events;
    private @Nullable EncodedFrame beingWritten;

    SendQueue(int limit, XySlowPeerPolicy policy, Counters counters) {
        this.limit = limit;
        this.policy = policy;
        this.counters = counters;
        this.ages = policy == XySlowPeerPolicy.DROP_OLDEST ? new EventAges() : null;
    }

    static SendQueue of(EngineContext context) {
        return new SendQueue(context.limits().sendBufferSize(), context.slowPeers(), context.counters());
    }

    /** Returns the largest size of an answer; beyond it the peer would be dropped. Streams may be endless. */
    static int largestAnswer(XyLimits limits) {
        long queued = ANSWERS * limits.sendBufferSize();
        return (int) Math.min(Integer.MAX_VALUE, Math.max(queued, limits.maxMessageSize()));
    }

    /** @param key null, or the key whose waiting event is replaced */
    Outbound.Offer add(EncodedFrame frame, @Nullable LatestKey key) {
        QueuedEvent same = key == null || latest == null ? null : latest.get(key);
        EncodedFrame old = same == null ? null : same.frame;
        if (same != null && old != null && fitsInPlaceOf(old, frame)) {
            replace(same, old, frame);
            return Outbound.Offer.QUEUED;
        }
        if (hasRoomFor(frame)) {
            append(frame, key);
            return Outbound.Offer.QUEUED;
        }
        if (frame.kind() != EncodedFrame.Kind.EVENT || policy == XySlowPeerPolicy.DROP_PEER) {
            return Outbound.Offer.FULL;
        }
        if (ages == null || !makeRoom(ages, frame.bytes())) {
            counters.droppedEvents.increment();
            return Outbound.Offer.DISCARDED;
        }
        old = same == null ? null : same.frame;
        if (same != null && old != null) {
            replace(same, old, frame);
        } else {
            append(frame, key);
        }
        return Outbound.Offer.QUEUED_DISPLACING;
    }

    private boolean hasRoomFor(EncodedFrame frame) {
        return switch (frame.kind()) {
            case ANSWER, REFUSAL -> answers < ANSWERS * limit;
            case EVENT -> countedForEvents() < limit;
            case OTHER -> undiscardable() - answers < limit;
        };
    }

    /** Excludes an event that is being written, as newer ones can't displace it. */
    private long countedForEvents() {
        long counted = all - answers;
        EncodedFrame writing = beingWritten;
        if (ages != null && writing != null && writing.kind() == EncodedFrame.Kind.EVENT) {
            counted -= writing.bytes();
        }
        return counted;
    }

    /** Returns the bytes that the policy can't discard. */
    private long undiscardable() {
        return policy == XySlowPeerPolicy.DROP_PEER ? all : all - events;
    }

    private void append(EncodedFrame frame, @Nullable LatestKey key) {
        boolean discardable = ages != null && frame.kind() == EncodedFrame.Kind.EVENT;
        if (key == null && !discardable) {
            queue.add(frame);
        } else {
            queue.add(event(frame, key));
        }
        count(frame, 1);
    }

    private QueuedEvent event(EncodedFrame frame, @Nullable LatestKey key) {
        QueuedEvent event = new QueuedEvent(key, frame);
        if (ages != null) {
            ages.addNewest(event);
        }
        if (key != null) {
            if (latest == null) {
                latest = new HashMap<>(2);
            }
            latest.put(key, event);
        }
        return event;
    }

    /** Allows larger replacements up to twice the bound; beyond that they need room as any new event. */
    private boolean fitsInPlaceOf(EncodedFrame old, EncodedFrame frame) {
        return frame.bytes() <= old.bytes() || countedForEvents() - old.bytes() < 2L * limit;
    }

    private void replace(QueuedEvent event, EncodedFrame old, EncodedFrame frame) {
        count(old, -1);
        count(frame, 1);
        event.frame = frame;
        if (ages != null) {
            ages.remove(event);
            ages.addNewest(event);
        }
        counters.replacedEvents.increment();
    }

    /** Discards the oldest events until the new one fits, but no more than its bytes, or none if that isn't enough. */
    private boolean makeRoom(EventAges byAge, int bytes) {
        if (all - answers - events >= limit) {
            return false;
        }
        long enough = all - bytes;
        for (QueuedEvent event; all > enough && countedForEvents() >= limit && (event = byAge.oldest()) != null; ) {
            discard(event);
        }
        return true;
    }

    private void discard(QueuedEvent event) {
        if (event.frame != null) {
            count(event.frame, -1);
            counters.droppedEvents.increment();
        }
        forget(event);
        event.frame = null;
        tombstones++;
        compact();
    }

    private void forget(QueuedEvent event) {
        if (ages != null) {
            ages.remove(event);
        }
        if (event.key != null && latest != null) {
            latest.remove(event.key);
            if (latest.isEmpty()) {
                latest = null;
            }
        }
    }

    /** Keeps the head from being a tombstone, so a queue of tombstones is empty, and tombstones from prevailing. */
    private void compact() {
        while (tombstones > 0 && isTombstone(queue.peek())) {
            queue.poll();
            tombstones--;
        }
        if (tombstones > COMPACT_FROM && tombstones > queue.size() / 2) {
            queue.removeIf(SendQueue::isTombstone);
            tombstones = 0;
        }
    }

    private static boolean isTombstone(@Nullable Queued queued) {
        return queued instanceof QueuedEvent event && event.frame == null;
    }

    /** Takes the next frame; null if none waits. It counts until {@link #written}. */
    @Nullable
    EncodedFrame poll() {
        Queued next = queue.poll();
        EncodedFrame frame;
        if (next instanceof QueuedEvent event) {
            frame = event.frame;
            forget(event);
        } else {
            frame = (EncodedFrame) next;
        }
        if (tombstones > 0) {
            compact();
        }
        beingWritten = frame;
        return frame;
    }

    /** The frame last polled has been written, or never will be. */
    void written() {
        if (beingWritten != null) {
            count(beingWritten, -1);
            beingWritten = null;
        }
    }

    private void count(EncodedFrame frame, int sign) {
        int change = sign * frame.bytes();
        all += change;
        if (frame.kind() == EncodedFrame.Kind.ANSWER) {
            answers += change;
        } else if (frame.kind() == EncodedFrame.Kind.REFUSAL) {
            answers += change;
            refusals += change;
        } else if (frame.kind() == EncodedFrame.Kind.EVENT) {
            events += change;
        }
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** Returns the number of items and keys, tombstones included. */
    int kept() {
        return queue.size() + (latest == null ? 0 : latest.size());
    }

    /** Discards all waiting frames. */
    void clear() {
        queue.clear();
        tombstones = 0;
        latest = null;
        if (ages != null) {
            ages.clear();
        }
        EncodedFrame writing = beingWritten;
        all = 0;
        answers = 0;
        refusals = 0;
        events = 0;
        if (writing != null) {
            count(writing, 1);
        }
    }

    /** Returns the UTF-8 bytes that wait or are being written. */
    long bytes() {
        return all;
    }

    /** Returns whether to start no more calls. Events that may be discarded don't count: some may always wait. */
    boolean isCrowded() {
        return undiscardable() > limit / 2;
    }

    /** Returns whether to read no more calls, as these might be refused too. */
    boolean isFullOfRefusals() {
        return refusals > limit / 2;
    }

    /** Returns whether to read calls again. */
    boolean hasRoomForRefusals() {
        return refusals <= limit / 4;
    }

    /** Returns whether to start calls again. */
    boolean hasRoom() {
        return undiscardable() <= limit / 4;
    }
}
