package io.xywebsocket.cluster;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The frames of one other node in the order in which it published them. A frame that comes too early waits while the
 * missing ones are asked for. Confined to one thread at a time.
 */
final class NodeStream {

    /** Frames of one numbering: those to all nodes, or those to this one. */
    private static final class Numbering {
        /** The last frame that was handed on. */
        long last;
        /** The events that this node has got or knows to be lost. */
        long events;
        /** The highest number that is known to exist. */
        long highest;

        final TreeMap<Long, ReceivedFrame> early = new TreeMap<>();

        boolean isBehind() {
            return last < highest;
        }
    }

    /** Asks for frames of a numbering that are missing. */
    @FunctionalInterface
    interface Missing {
        void ask(boolean own, long from, long to);
    }

    final String node;

    private final Numbering toAll = new Numbering();
    private final Numbering toMe = new Numbering();
    private final Consumer<ReceivedFrame> ordered;
    private final ClusterCounters counters;
    private boolean begun;
    private long earlyBytes;
    private boolean repairing;

    /** When the repair began, of the clock. */
    private long repairSince;

    private long lostEvents;

    /** @param ordered takes the frames in their order */
    NodeStream(String node, Consumer<ReceivedFrame> ordered, ClusterCounters counters) {
        this.node = node;
        this.ordered = ordered;
        this.counters = counters;
    }

    void accept(ReceivedFrame frame) {
        Numbering numbering = frame.own ? toMe : toAll;
        if (!begun && !frame.own) {
            begun = true; // what was published before is not for this node
            toAll.last = frame.number - 1;
            toAll.events = frame.eventsBefore;
        }
        if (frame.number <= numbering.last || numbering.early.containsKey(frame.number)) {
            counters.duplicateFrames.increment();
            return;
        }
        if (frame.number <= numbering.highest) {
            counters.repairedFrames.increment();
        }
        numbering.highest = Math.max(numbering.highest, frame.number);
        Numbering other = frame.own ? toAll : toMe;
        if (begun || !frame.own) {
            other.highest = Math.max(other.highest, neededOf(frame));
        }
        if (frame.number == numbering.last + 1 && neededOf(frame) <= other.last && numbering.early.isEmpty()) {
            handOn(numbering, frame);
            if (!other.early.isEmpty()) {
                handOnEarly();
            }
        } else {
            numbering.early.put(frame.number, frame);
            earlyBytes += frame.size();
            handOnEarly();
        }
    }

    /** Returns whether a frame to all nodes was published behind all that are known. */
    boolean isNew(ReceivedFrame frame) {
        return !frame.own && frame.number > toAll.highest;
    }

    private static long neededOf(ReceivedFrame frame) {
        return frame.own ? frame.lastToAll : frame.lastToMe;
    }

    private void handOnEarly() {
        boolean progress = true;
        while (progress) {
            progress = handOnNext(toAll, toMe) || handOnNext(toMe, toAll);
        }
    }

    private boolean handOnNext(Numbering numbering, Numbering other) {
        Map.Entry<Long, ReceivedFrame> first = numbering.early.firstEntry();
        if (first == null || first.getKey() != numbering.last + 1 || neededOf(first.getValue()) > other.last) {
            return false;
        }
        numbering.early.pollFirstEntry();
        earlyBytes -= first.getValue().size();
        handOn(numbering, first.getValue());
        return true;
    }

    private void handOn(Numbering numbering, ReceivedFrame frame) {
        numbering.last = frame.number;
        onEventsBefore(numbering, frame.eventsBefore);
        lostEvents += frame.removedEvents;
        numbering.events = frame.eventsBefore + frame.events;
        ordered.accept(frame);
    }

    /** So many events had been published before what comes next: those that have not come are lost. */
    private void onEventsBefore(Numbering numbering, long events) {
        if (events > numbering.events) {
            lostEvents += events - numbering.events;
            numbering.events = events;
        }
    }

    /** Returns whether frames are missing. */
    boolean isBehind() {
        return toAll.isBehind() || toMe.isBehind();
    }

    long earlyBytes() {
        return earlyBytes;
    }

    void beginRepair(long now) {
        if (!repairing) {
            repairing = true;
            repairSince = now;
        }
    }

    long repairSince() {
        return repairSince;
    }

    /** Asks for what is missing before the first early frame, or at the end. */
    void askForMissing(Missing missing) {
        ask(toAll, false, missing);
        ask(toMe, true, missing);
    }

    private static void ask(Numbering numbering, boolean own, Missing missing) {
        if (numbering.isBehind()) {
            long from = numbering.last + 1;
            Long early = numbering.early.isEmpty() ? null : numbering.early.firstKey();
            long to = early == null ? numbering.highest : early - 1;
            if (from <= to) {
                missing.ask(own, from, to);
            }
        }
    }

    /**
     * The sender doesn't keep frames up to this one any more.
     *
     * @param events how many events its numbering has had up to it; 0 if a later frame says so, or if it isn't known
     */
    void onLost(boolean own, long to, long events) {
        Numbering numbering = own ? toMe : toAll;
        if (to > numbering.last && to <= numbering.highest) {
            skip(numbering, to);
            onEventsBefore(numbering, events);
            handOnEarly();
        }
    }

    /** Goes on without the missing frames. */
    void giveUp() {
        while (isBehind()) {
            Numbering behind = nextMissing();
            if (behind == null) {
                break;
            }
            Long early = behind.early.isEmpty() ? null : behind.early.firstKey();
            skip(behind, early == null ? behind.highest : early - 1);
            handOnEarly();
        }
        onRepaired();
    }

    /** Returns the numbering whose next frame is missing; one may wait for the other. */
    private @Nullable Numbering nextMissing() {
        for (Numbering each : new Numbering[] {toAll, toMe}) {
            if (each.isBehind() && !each.early.containsKey(each.last + 1)) {
                return each;
            }
        }
        return null;
    }

    private void skip(Numbering numbering, long to) {
        numbering.last = to;
        while (!numbering.early.isEmpty() && numbering.early.firstKey() <= to) {
            ReceivedFrame passed = numbering.early.pollFirstEntry().getValue();
            earlyBytes -= passed.size();
            handOn(numbering, passed); // in order still
            numbering.last = to;
        }
    }

    void onRepaired() {
        repairing = false;
    }

    boolean isRepairing() {
        return repairing;
    }

    /** Counts an event that was handed on, but for which there was no room. */
    void countLost() {
        lostEvents++;
    }

    /** Returns the events that were lost since the last time this was asked. */
    long takeLostEvents() {
        long lost = lostEvents;
        lostEvents = 0;
        counters.lostEvents.add(lost);
        return lost;
    }

    @Override
    public String toString() {
        return node + " all " + toAll.last + "/" + toAll.highest + " early " + toAll.early.keySet() + " own "
                + toMe.last + "/" + toMe.highest + " early " + toMe.early.keySet() + (repairing ? " repairing" : "");
    }
}
