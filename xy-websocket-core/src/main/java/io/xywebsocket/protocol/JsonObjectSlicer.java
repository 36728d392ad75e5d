package io.xywebsocket.protocol;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Cuts a JSON object into the texts of its members in one pass that checks the whole grammar and bounds depth and the length of
 * numbers. Stateless.
 *
 * @since 0.1
 */
public final class JsonObjectSlicer {

    /** How deep arrays and objects may be nested: what every JSON library behind us takes without being told. */
    static final int MAX_DEPTH = 500;

    static final int MAX_NUMBER_LENGTH = 1_000;

    /** Hears the members of an object in their order. */
    @FunctionalInterface
    public interface Members {
        /**
         * Name and value are given by their bounds in the array.
         *
         * @param name     where the opening quote of the name is
         * @param nameEnd  behind its closing quote
         * @param value    where the value begins
         * @param valueEnd behind it
         */
        void member(int name, int nameEnd, int value, int valueEnd);
    }

    private JsonObjectSlicer() {}

    /**
     * Returns the text of a JSON string.
     *
     * @param start of its opening quote
     * @param end   behind its closing quote; its grammar has been checked
     */
    public static String text(byte[] json, int start, int end) {
        return JsonScanner.unquote(json, start, end);
    }

    /**
     * The members of an object with copies of the texts of their values; of duplicate members the last one wins.
     *
     * @param json valid UTF-8
     * @throws MalformedFrameException if the text isn't one JSON object
     */
    public static Map<String, byte[]> slice(byte[] json) throws MalformedFrameException {
        Map<String, byte[]> members = new LinkedHashMap<>();
        visit(
                json,
                0,
                json.length,
                (name, nameEnd, value, valueEnd) -> members.put(
                        JsonScanner.unquote(json, name, nameEnd), Arrays.copyOfRange(json, value, valueEnd)));
        return members;
    }

    /**
     * Shows the members of an object in their order, without copies.
     *
     * @param json holds the text as valid UTF-8
     * @throws MalformedFrameException if the text isn't one JSON object; members may have been shown before
     */
    public static void visit(byte[] json, int offset, int length, Members members) throws MalformedFrameException {
        JsonScanner scanner = new JsonScanner(json, offset, length);
        if (!scanner.take('{')) {
            throw new MalformedFrameException("not a JSON object");
        }
        if (!scanner.take('}')) {
            do {
                scanner.peek();
                int name = scanner.position();
                scanner.skipString();
                int nameEnd = scanner.position();
                scanner.expect(':');
                scanner.peek();
                int value = scanner.position();
                scanner.skipValue(1);
                members.member(name, nameEnd, value, scanner.position());
            } while (scanner.take(','));
            scanner.expect('}');
        }
        scanner.peek();
        if (!scanner.isAtEnd()) {
            throw new MalformedFrameException("text after the JSON object");
        }
    }
}
