package io.xywebsocket;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be written to one peer, in order, with its bound and the policy for events that find no room. Not thread-safe: its
 * {@link Outbound} guards it.
 *
 * <p>Answers and refusals are not counted against the bound: a peer that reads must not be dropped for having asked for much at
 * once. They have a far higher one of their own. No further calls start while it {@link #isCrowded}, and none are read while it {@link
 * #isFullOfRefusals}, so their number is bounded too.
 */
final class SendQueue {

    /** Of a queue with so many places of lost events, most of its places, it is worth making a new one. */
    private static final int WORTH_TIDYING = 64;

    /** How many times the bound the answers may fill that wait for a peer which reads too little. */
    private static final long ANSWERS = 16;

    private final int limit;
    private final XySlowPeerPolicy policy;
    private final Counters counters;
    private final Backlog<Queued> queue = new Backlog<>();
    private final @Nullable EventAges ages;
    private @Nullable Map<LatestKey, Place> latest;
    private int voids;

    // bytes, of what is being written too
    private long all;
    private long answers; // and refusals
    private long refusals;
    private long events;
    private @Nullable EncodedFrame beingWritten;

    SendQueue(int limit, XySlowPeerPolicy policy, Counters counters) {
        this.limit = limit;
        this.policy = policy;
        this.counters = counters;
        this.ages = policy == XySlowPeerPolicy.DROP_OLDEST ? new EventAges() : null;
    }

    static SendQueue of(XyEndpoint endpoint) {
        return new SendQueue(endpoint.limits.sendBufferSize(), endpoint.slowPeers, endpoint.counters);
    }

    /** So many bytes one answer may have, for the peer would be dropped behind it at the latest. A result may have no end. */
    static int largestAnswer(XyLimits limits) {
        long queued = ANSWERS * limits.sendBufferSize();
        return (int) Math.min(Integer.MAX_VALUE, Math.max(queued, limits.maxMessageSize()));
    }

    /** @param key if not null, an event of the same key that waits is replaced */
    Outbound.Offer add(EncodedFrame frame, @Nullable LatestKey key) {
        Place same = key == null || latest == null ? null : latest.get(key);
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
            return Outbound.Offer.LOST;
        }
        old = same == null ? null : same.frame;
        if (same != null && old != null) {
            replace(same, old, frame);
        } else {
            append(frame, key);
        }
        return Outbound.Offer.QUEUED_FOR_OTHERS;
    }

    private boolean hasRoomFor(EncodedFrame frame) {
        return switch (frame.kind()) {
            case ANSWER, REFUSAL -> answers < ANSWERS * limit;
            case EVENT -> againstEvents() < limit;
            case OTHER -> lasting() - answers < limit;
        };
    }

    /** An event that is being written is out of the reach of those that displace others, so it doesn't count against them. */
    private long againstEvents() {
        long counted = all - answers;
        EncodedFrame writing = beingWritten;
        if (ages != null && writing != null && writing.kind() == EncodedFrame.Kind.EVENT) {
            counted -= writing.bytes();
        }
        return counted;
    }

    /** What can't be made to go away by losing events. */
    private long lasting() {
        return policy == XySlowPeerPolicy.DROP_PEER ? all : all - events;
    }

    private void append(EncodedFrame frame, @Nullable LatestKey key) {
        boolean mayBeLost = ages != null && frame.kind() == EncodedFrame.Kind.EVENT;
        if (key == null && !mayBeLost) {
            queue.add(frame);
        } else {
            queue.add(place(frame, key));
        }
        count(frame, 1);
    }

    private Place place(EncodedFrame frame, @Nullable LatestKey key) {
        Place place = new Place(key, frame);
        if (ages != null) {
            ages.addNewest(place);
        }
        if (key != null) {
            if (latest == null) {
                latest = new HashMap<>(2);
            }
            latest.put(key, place);
        }
        return place;
    }

    /** What is in the queue may double by replacements that are larger. One beyond that has to find room as any new event. */
    private boolean fitsInPlaceOf(EncodedFrame old, EncodedFrame frame) {
        return frame.bytes() <= old.bytes() || againstEvents() - old.bytes() < 2L * limit;
    }

    private void replace(Place place, EncodedFrame old, EncodedFrame frame) {
        count(old, -1);
        count(frame, 1);
        place.frame = frame;
        if (ages != null) {
            ages.remove(place);
            ages.addNewest(place);
        }
        counters.replacedEvents.increment();
    }

    /**
     * Loses as many of the oldest events as it takes, or none if all of them are not enough. It takes no more than the new one's bytes, however
     * much there is beyond the bound.
     */
    private boolean makeRoom(EventAges byAge, int bytes) {
        if (all - answers - events >= limit) {
            return false;
        }
        long enough = all - bytes;
        for (Place place; all > enough && againstEvents() >= limit && (place = byAge.oldest()) != null; ) {
            lose(place);
        }
        return true;
    }

    private void lose(Place place) {
        if (place.frame != null) {
            count(place.frame, -1);
            counters.droppedEvents.increment();
        }
        forget(place);
        place.frame = null;
        voids++;
        tidyUp();
    }

    private void forget(Place place) {
        if (ages != null) {
            ages.remove(place);
        }
        if (place.key != null && latest != null) {
            latest.remove(place.key);
            if (latest.isEmpty()) {
                latest = null;
            }
        }
    }

    /** The first in the queue is never void, so a queue of nothing but voids is empty; and voids are not the most of it. */
    private void tidyUp() {
        while (voids > 0 && isVoid(queue.peek())) {
            queue.poll();
            voids--;
        }
        if (voids > WORTH_TIDYING && voids > queue.size() / 2) {
            queue.removeIf(SendQueue::isVoid);
            voids = 0;
        }
    }

    private static boolean isVoid(@Nullable Queued queued) {
        return queued instanceof Place place && place.frame == null;
    }

    /** The next to be written; null if none waits. It counts until it {@linkplain #written is}. */
    @Nullable
    EncodedFrame poll() {
        Queued next = queue.poll();
        EncodedFrame frame;
        if (next instanceof Place place) {
            frame = place.frame;
            forget(place);
        } else {
            frame = (EncodedFrame) next;
        }
        if (voids > 0) {
            tidyUp();
        }
        beingWritten = frame;
        return frame;
    }

    /** What was polled is written, or never will be. */
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

    /** How many places and keys are kept, those of lost events too. */
    int kept() {
        return queue.size() + (latest == null ? 0 : latest.size());
    }

    /** Forgets all that waits. */
    void clear() {
        queue.clear();
        voids = 0;
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

    /** What waits and what is being written, in bytes of UTF-8. */
    long bytes() {
        return all;
    }

    /** Whether so much waits that no further calls should be started. Events that can be lost don't count: there may always be some. */
    boolean isCrowded() {
        return lasting() > limit / 2;
    }

    /** Whether so many refusals wait that no further calls should be read, as some of those might be refused as well. */
    boolean isFullOfRefusals() {
        return refusals > limit / 2;
    }

    /** Whether so few of them wait that calls should be read again. */
    boolean hasRoomForRefusals() {
        return refusals <= limit / 4;
    }

    /** Whether little enough waits that they should be started again. */
    boolean hasRoom() {
        return lasting() <= limit / 4;
    }
}
