package io.xywebsocket.cluster;

import io.xywebsocket.protocol.MalformedFrameException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;

/** A frame of another node with its header; its messages are the lines behind that. */
final class ReceivedFrame {

    /** Takes the lines of a frame. */
    @FunctionalInterface
    interface Lines {
        /**
         * @param kind  the value of {@code k}, which comes first
         * @param start where the JSON object begins
         */
        void line(String kind, byte[] bytes, int start, int length);
    }

    private static final byte[] KIND = "{\"k\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final String[] EVENTS = {"ev", "send"};

    /** The kinds that come often, so that their names are not made again for each message. */
    private static final String[] USUAL = {"ev", "send", "call", "ans", "many", "up", "dn", "jn", "lv", "hb"};

    /** Beyond that no call waits. */
    private static final long MAX_LATE_MILLIS = Duration.ofDays(1).toMillis();

    /** The longest id of a node. */
    private static final int MAX_NODE = 64;

    /** Whether it came on this node's own channel. */
    final boolean own;

    final String from;
    final String fingerprint;

    /** The version of the frame's format; 0 for none. */
    final long version;

    /** 0 for none. */
    final long number;

    /** How many events the sender has published on this channel before, or dropped. */
    final long eventsBefore;

    /** How many events it was published with. */
    final long events;

    /** The last frame to all nodes before this one; for frames on a node's own channel. */
    final long lastToAll;

    /** The last frame on this node's own channel before this one; for frames to all nodes. */
    final long lastToMe;

    /** When it was made, or up to its time on the way later, of this node's clock. */
    final long madeAt;

    /** Events that were removed, as there was no room for them. */
    int removedEvents;

    private byte[] bytes;
    private int body;

    private ReceivedFrame(byte[] bytes, int body, boolean own, MessageLine header, String me, long arrivedAt)
            throws MalformedFrameException {
        String id = header.textOrNull("from");
        if (id == null || !isNode(id)) {
            throw new MalformedFrameException("not a frame of a node");
        }
        this.bytes = bytes;
        this.body = body;
        this.own = own;
        this.from = id;
        String app = header.textOrNull("app");
        this.fingerprint = app == null ? "" : app;
        this.version = header.number("xy");
        this.number = header.number("seq");
        this.eventsBefore = header.number("ev");
        this.events = header.number("n");
        this.lastToAll = header.number("all");
        this.lastToMe = header.number("own", me);
        // a frame that is published late says how late, as its calls have less time left then
        this.madeAt = arrivedAt - Math.min(header.number("late"), MAX_LATE_MILLIS) * 1_000_000;
    }

    /**
     * Reads the header.
     *
     * @param me  the id of this node
     * @param now of the clock
     * @throws MalformedFrameException if the header isn't one of ours
     */
    static ReceivedFrame parse(byte[] bytes, boolean own, String me, long now) throws MalformedFrameException {
        int end = endOfLine(bytes, 0);
        MessageLine header = MessageLine.header(bytes, end, now);
        return new ReceivedFrame(bytes, end + 1, own, header, me, now);
    }

    /** Other ids are of no node: an id is sent on within JSON texts. */
    private static boolean isNode(String id) {
        return !id.isEmpty()
                && id.length() <= MAX_NODE
                && id.chars().allMatch(c -> c < 128 && (Character.isLetterOrDigit(c) || c == '-'));
    }

    private static int endOfLine(byte[] bytes, int start) {
        for (int i = start; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                return i;
            }
        }
        return bytes.length;
    }

    int size() {
        return bytes.length;
    }

    void visit(Lines lines) {
        for (int start = body; start < bytes.length; ) {
            int end = endOfLine(bytes, start);
            String kind = kind(start, end);
            lines.line(kind, bytes, start, end - start);
            start = end + 1;
        }
    }

    private String kind(int start, int end) {
        int from = start + KIND.length;
        if (end < from || !Arrays.equals(bytes, start, from, KIND, 0, KIND.length)) {
            return "";
        }
        for (String usual : USUAL) {
            if (isAt(usual, from, end)) {
                return usual;
            }
        }
        int quote = from;
        while (quote < end && bytes[quote] != '"') {
            quote++;
        }
        return new String(bytes, from, quote - from, StandardCharsets.UTF_8);
    }

    /** Returns whether a text that ends with a quote stands there. */
    private boolean isAt(String wanted, int start, int end) {
        int quote = start + wanted.length();
        if (quote >= end || bytes[quote] != '"') {
            return false;
        }
        for (int i = 0; i < wanted.length(); i++) {
            if (bytes[start + i] != wanted.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    static boolean isEvent(String kind) {
        return kind.equals(EVENTS[0]) || kind.equals(EVENTS[1]);
    }

    private static boolean isCall(String kind) {
        return kind.equals("call") || kind.equals("many") || kind.equals("group") || kind.equals("ask");
    }

    /**
     * Removes what there is no room for.
     *
     * @param calls is given the calls
     */
    void removeEventsAndCalls(Lines calls) {
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        int[] removed = new int[1];
        visit((kind, text, start, length) -> {
            if (isEvent(kind)) {
                removed[0]++;
            } else if (isCall(kind)) {
                calls.line(kind, text, start, length);
            } else {
                rest.write(text, start, length);
                rest.write('\n');
            }
        });
        removedEvents += removed[0];
        bytes = rest.toByteArray();
        body = 0;
    }
}
