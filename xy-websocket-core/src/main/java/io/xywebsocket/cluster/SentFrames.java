package io.xywebsocket.cluster;

import io.xywebsocket.protocol.JsonBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Numbers the frames of this node, and keeps the last ones for nodes that have missed some. There is one numbering for
 * all nodes and one for each node; each frame says which frames of the other numbering come before it. Confined to one
 * thread at a time.
 */
final class SentFrames {

    /** A frame that is ready to be published, perhaps again. */
    static final class Sent {
        final String channel;
        final long number;
        byte[] bytes;

        /** What it holds, and the parts of its header, until it is published: before that, old messages may be removed. */
        private List<Message> messages = List.of();

        /** When it was made of its messages, of the clock. */
        private long encodedAt;

        /** True if it holds calls, whose time runs out. */
        private boolean hasCalls;

        private String beforeEvents = "";
        private String afterEvents = "";

        /** Whether it waits to be published again. */
        private boolean waits;
        /** When it was last published again, of the clock; 0 for never. */
        private long repeatedAt;

        Sent(String channel, long number, byte[] bytes) {
            this.channel = channel;
            this.number = number;
            this.bytes = bytes;
        }

        /** Returns what is published: with its delay, if its calls have less time left than they say. */
        byte[] bytes(long now) {
            long late = (now - encodedAt) / 1_000_000;
            if (!hasCalls || late < TOLD_LATE_MILLIS) {
                return bytes;
            }
            byte[] beginning = JsonBuffer.utf8("{\"late\":" + late + ",");
            byte[] whole = Arrays.copyOf(beginning, beginning.length + bytes.length - 1);
            System.arraycopy(bytes, 1, whole, beginning.length, bytes.length - 1);
            return whole;
        }

        void onPublished() {
            messages = List.of();
            beforeEvents = "";
            afterEvents = "";
        }

        private boolean isRepeated(long now, long quiet) {
            return waits || (repeatedAt != 0 && now - repeatedAt < quiet);
        }

        /** It is published again now. */
        Sent begin(long now) {
            waits = false;
            repeatedAt = now == 0 ? 1 : now;
            return this;
        }
    }

    private static final class Numbering {
        final String channel;
        long last;
        /** Events published or dropped so far. */
        long events;

        final Deque<Sent> kept = new ArrayDeque<>();

        Numbering(String channel) {
            this.channel = channel;
        }
    }

    /** A frame that is published so much later than it was made says so. */
    private static final long TOLD_LATE_MILLIS = 20;

    /** How many nodes' numberings are kept; nodes that have gone long ago are forgotten. */
    private static final int MAX_NODES = 1000;

    private final XyClusterSettings settings;
    private final String beginning;
    private final Numbering all;

    private final Map<String, Numbering> nodes = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Numbering> eldest) {
            if (size() <= MAX_NODES) {
                return false;
            }
            eldest.getValue().kept.forEach(sent -> keptBytes -= sent.bytes.length);
            eldest.getValue().kept.clear();
            changed.remove(eldest.getKey());
            return true;
        }
    };

    /** The last numbers of nodes that no frame to all has named yet. */
    private final Map<String, Long> changed = new TreeMap<>();

    /** In the order in which they were published. */
    private final Deque<Numbering> keptIn = new ArrayDeque<>();

    private long keptBytes;

    /** @param beginning how the header of each frame begins, up to the sender and the fingerprint */
    SentFrames(XyClusterSettings settings, String beginning) {
        this.settings = settings;
        this.beginning = beginning;
        this.all = new Numbering(settings.allChannel());
    }

    /** Counts events that are not published. */
    void onDropped(@Nullable String node, long events) {
        numbering(node).events += events;
    }

    /**
     * Numbers a frame and keeps it.
     *
     * @param node null for all
     */
    Sent number(@Nullable String node, List<Message> messages, long now) {
        Numbering numbering = numbering(node);
        Sent sent = new Sent(numbering.channel, ++numbering.last, new byte[0]);
        sent.beforeEvents = beginning + ",\"seq\":" + numbering.last + ",\"ev\":" + numbering.events + ",\"n\":";
        if (node == null) {
            sent.afterEvents = nodes(messages.stream().anyMatch(m -> m.kind == Message.Kind.HEARTBEAT));
        } else {
            sent.afterEvents = ",\"all\":" + all.last + "}";
            changed.put(node, numbering.last);
        }
        numbering.events += encode(sent, messages, now);
        keep(numbering, sent);
        return sent;
    }

    /** Returns the number of events. */
    private static long encode(Sent sent, List<Message> messages, long now) {
        long events =
                messages.stream().filter(m -> m.kind == Message.Kind.EVENT).count();
        JsonBuffer frame =
                new JsonBuffer(messages.stream().mapToInt(m -> m.size() + 32).sum() + 128);
        frame.append(sent.beforeEvents).append(Long.toString(events)).append(sent.afterEvents);
        for (Message message : messages) {
            message.appendTo(frame.append("\n"), now);
        }
        sent.bytes = frame.toByteArray();
        sent.messages = messages;
        sent.encodedAt = now;
        sent.hasCalls = messages.stream().anyMatch(m -> m.kind == Message.Kind.CALL);
        return events;
    }

    /**
     * Removes messages from a frame that is not published yet. The next frame of its numbering tells receivers of the
     * missing events. Returns their number.
     */
    long remove(Predicate<Message> unwanted, Sent sent, long now) {
        List<Message> fresh = sent.messages.stream().filter(unwanted.negate()).toList();
        if (fresh.size() == sent.messages.size()) {
            return 0;
        }
        long before =
                sent.messages.stream().filter(m -> m.kind == Message.Kind.EVENT).count();
        int size = sent.bytes.length;
        long left = encode(sent, fresh, now);
        if (isKept(sent)) {
            keptBytes += sent.bytes.length - size;
        }
        return before - left;
    }

    private boolean isKept(Sent sent) {
        return all.kept.contains(sent) || nodes.values().stream().anyMatch(each -> each.kept.contains(sent));
    }

    private Numbering numbering(@Nullable String node) {
        return node == null ? all : nodes.computeIfAbsent(node, name -> new Numbering(settings.nodeChannel(name)));
    }

    /** Returns the end of the header of a frame to all nodes: the last frames to each one. */
    private String nodes(boolean everyOne) {
        Map<String, Long> named = changed;
        if (everyOne) {
            named = new HashMap<>();
            for (Map.Entry<String, Numbering> each : nodes.entrySet()) {
                named.put(each.getKey(), each.getValue().last);
            }
        }
        StringBuilder end = new StringBuilder();
        if (!named.isEmpty()) {
            char separator = '{';
            end.append(",\"own\":");
            for (Map.Entry<String, Long> each : named.entrySet()) {
                end.append(separator)
                        .append('"')
                        .append(each.getKey())
                        .append("\":")
                        .append(each.getValue());
                separator = ',';
            }
            end.append("}");
        }
        changed.clear();
        return end.append("}").toString();
    }

    private void keep(Numbering numbering, Sent sent) {
        numbering.kept.add(sent);
        keptIn.add(numbering);
        keptBytes += sent.bytes.length;
        while (keptBytes > settings.tailSize()) {
            Sent oldest = keptIn.remove().kept.poll();
            keptBytes -= oldest == null ? 0 : oldest.bytes.length;
        }
    }

    /**
     * Frames that are not kept any more.
     *
     * @param to     the number of the last one
     * @param events how many events this numbering has had up to it; 0 if it isn't known, or a later frame says so
     */
    record Lost(long to, long events) {}

    /**
     * Returns which frames of these numbers are not kept any more; null for none.
     *
     * @param node null for the frames to all nodes
     */
    @Nullable
    Lost lost(@Nullable String node, long from, long to) {
        Numbering numbering = existing(node);
        if (numbering == null) {
            return new Lost(to, 0);
        }
        Sent oldest = numbering.kept.peek();
        if (oldest == null) {
            return new Lost(to, to == numbering.last ? numbering.events : 0);
        }
        return from < oldest.number ? new Lost(Math.min(to, oldest.number - 1), 0) : null;
    }

    private @Nullable Numbering existing(@Nullable String node) {
        return node == null ? all : nodes.get(node);
    }

    /**
     * Returns the frames of these numbers that are still kept, without those that are being published again or were so lately.
     *
     * @param node null for the frames to all nodes
     */
    List<Sent> again(@Nullable String node, long from, long to, long now, long quiet) {
        List<Sent> found = new ArrayList<>();
        Numbering numbering = existing(node);
        if (numbering != null) {
            for (Sent sent : numbering.kept) {
                if (sent.number >= from && sent.number <= to && !sent.isRepeated(now, quiet)) {
                    sent.waits = true;
                    found.add(sent);
                }
            }
        }
        return found;
    }
}
