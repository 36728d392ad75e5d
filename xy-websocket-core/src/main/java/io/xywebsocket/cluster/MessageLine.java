package io.xywebsocket.cluster;

import io.xywebsocket.XyClock;
import io.xywebsocket.XyInternals;
import io.xywebsocket.XyLimits;
import io.xywebsocket.protocol.JsonObjectSlicer;
import io.xywebsocket.protocol.MalformedFrameException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A message of another node, or the header of a frame, whose members are decoded on request. For one thread. */
public final class MessageLine implements JsonObjectSlicer.Members {

    private static final int USUAL_MEMBERS = 6;
    private static final int USUAL_MEMBERS_OF_HEADER = 8;

    private final byte[] bytes;

    /** For each member: where its name begins behind the quote, the name's length, where its value begins and ends. */
    private int[] places;

    private int count;

    /** When it was made, or later, of this node's clock. */
    private final long madeAt;

    private MessageLine(byte[] bytes, long madeAt, int usualMembers) {
        this.bytes = bytes;
        this.places = new int[4 * usualMembers];
        this.madeAt = madeAt;
    }

    /**
     * Reads the members.
     *
     * @param madeAt when the message was made, of this node's clock
     * @throws MalformedFrameException if it is not a JSON object
     */
    public static MessageLine read(byte[] bytes, int start, int length, long madeAt) throws MalformedFrameException {
        return read(bytes, start, length, madeAt, USUAL_MEMBERS);
    }

    /** Reads the header of a frame, which is its first line. */
    static MessageLine header(byte[] bytes, int length, long madeAt) throws MalformedFrameException {
        return read(bytes, 0, length, madeAt, USUAL_MEMBERS_OF_HEADER);
    }

    private static MessageLine read(byte[] bytes, int start, int length, long madeAt, int usualMembers)
            throws MalformedFrameException {
        MessageLine line = new MessageLine(bytes, madeAt, usualMembers);
        JsonObjectSlicer.visit(bytes, start, length, line);
        return line;
    }

    @Override
    public void member(int name, int nameEnd, int value, int valueEnd) {
        if (count == places.length) {
            places = Arrays.copyOf(places, 2 * count);
        }
        places[count++] = name + 1;
        places[count++] = nameEnd - name - 2;
        places[count++] = value;
        places[count++] = valueEnd;
    }

    /** Returns where a member stands in the places; -1 if there is none. */
    private int find(String name) {
        for (int i = 0; i < count; i += 4) {
            if (places[i + 1] == name.length() && isAt(places[i], name)) {
                return i;
            }
        }
        return -1;
    }

    private boolean isAt(int start, String name) {
        for (int i = 0; i < name.length(); i++) {
            if (bytes[start + i] != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    public boolean has(String name) {
        return find(name) >= 0;
    }

    /** Returns a copy of a value's JSON text; null if there is none. */
    public byte @Nullable [] json(String name) {
        int at = find(name);
        return at < 0 ? null : Arrays.copyOfRange(bytes, places[at + 2], places[at + 3]);
    }

    /** Returns a value as it stands there, such as an id with its quotes; null if there is none. */
    public @Nullable String raw(String name) {
        int at = find(name);
        return at < 0
                ? null
                : new String(bytes, places[at + 2], places[at + 3] - places[at + 2], StandardCharsets.UTF_8);
    }

    /** Returns a text; null if there is none. */
    public @Nullable String textOrNull(String name) {
        int at = find(name);
        return at < 0 || bytes[places[at + 2]] != '"'
                ? null
                : JsonObjectSlicer.text(bytes, places[at + 2], places[at + 3]);
    }

    /** @throws MalformedFrameException if there is no such text */
    public String text(String name) throws MalformedFrameException {
        String text = textOrNull(name);
        if (text == null) {
            throw new MalformedFrameException("'" + name + "' is missing");
        }
        return text;
    }

    /** Returns the name of a user; null if there is none, or if it is longer than such a name may be. */
    public @Nullable String nameOrNull(String name) {
        String text = textOrNull(name);
        return XyInternals.userNameFault(text) == null ? text : null;
    }

    /** @throws MalformedFrameException if there is no such name, or if nothing can have it */
    public String name(String name) throws MalformedFrameException {
        return checked(text(name));
    }

    /** @throws MalformedFrameException if nothing can have one of the names */
    public List<String> names(String name) throws MalformedFrameException {
        List<String> names = texts(name);
        for (String each : names) {
            var unused = checked(each);
        }
        return names;
    }

    private static String checked(String name) throws MalformedFrameException {
        if (name.length() > XyLimits.MAX_NAME) {
            throw new MalformedFrameException("a name of " + name.length() + " characters");
        }
        return name;
    }

    /** Returns a number that is not negative; 0 if there is none. */
    public long number(String name) {
        int at = find(name);
        long number = 0;
        for (int i = at < 0 ? 0 : places[at + 2]; at >= 0 && i < places[at + 3]; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9 || number > Long.MAX_VALUE / 20) {
                return 0;
            }
            number = 10 * number + digit;
        }
        return number;
    }

    /** Returns a number of an object that is a value; 0 if there is none. */
    long number(String object, String name) throws MalformedFrameException {
        int at = find(object);
        return at < 0 || bytes[places[at + 2]] != '{'
                ? 0
                : read(bytes, places[at + 2], places[at + 3] - places[at + 2], madeAt)
                        .number(name);
    }

    /** Returns how long the caller still waits at most; not more than zero once it has given up. */
    public Duration timeLeft(XyClock clock) {
        return XyClock.bounded(Duration.ofMillis(number("ttl"))).minusNanos(clock.nanoTime() - madeAt);
    }

    /** Returns the texts of an array, which has nothing else; empty if there is none. */
    public List<String> texts(String name) {
        List<String> texts = new ArrayList<>(2);
        int at = find(name);
        if (at < 0 || bytes[places[at + 2]] != '[') {
            return texts;
        }
        int end = places[at + 3];
        for (int i = places[at + 2] + 1; i < end; i++) {
            if (bytes[i] == '"') {
                int start = i++;
                while (bytes[i] != '"') { // the grammar has been checked
                    i += bytes[i] == '\\' ? 2 : 1;
                }
                texts.add(JsonObjectSlicer.text(bytes, start, i + 1));
            }
        }
        return texts;
    }
}
