package io.xywebsocket.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Names that have come before, by their bytes: the same few come again and again, and one that is known need not be made, nor its hash.
 * Bounded, whatever peers send. Thread-safe without a lock: entries are immutable, and a lost one is made again.
 */
final class NameCache {

    /** A power of two. */
    private static final int PLACES = 256;

    private static final int LONGEST = 64;

    @SuppressWarnings("ArrayRecordComponent") // compared by what is in it
    private record Known(int hash, byte[] utf8, String name) {}

    private final @Nullable Known[] known = new @Nullable Known[PLACES];

    /** The text of some bytes of UTF-8. */
    String get(byte[] text, int start, int end) {
        if (end - start > LONGEST) {
            return new String(text, start, end - start, StandardCharsets.UTF_8);
        }
        int hash = 0;
        for (int i = start; i < end; i++) {
            hash = 31 * hash + text[i];
        }
        int place = (hash ^ (hash >>> 8) ^ (hash >>> 16)) & (PLACES - 1);
        Known found = known[place];
        if (found != null && found.hash == hash && Arrays.equals(found.utf8, 0, found.utf8.length, text, start, end)) {
            return found.name;
        }
        String name = new String(text, start, end - start, StandardCharsets.UTF_8);
        known[place] = new Known(hash, Arrays.copyOfRange(text, start, end), name);
        return name;
    }
}
