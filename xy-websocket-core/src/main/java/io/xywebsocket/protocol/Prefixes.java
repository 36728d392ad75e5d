package io.xywebsocket.protocol;

import java.util.List;

/**
 * What the member {@code e} of a frame begins with, one prefix for each kind of frame. Both ends of a connection must
 * have the same. They are tried in the order of the components.
 *
 * @param event   of events, default {@code "e."}
 * @param call    of calls, default {@code "c."}
 * @param resolve of answers, default {@code "resolve."}
 * @param reject  of errors, default {@code "reject."}
 */
public record Prefixes(String event, String call, String resolve, String reject) {

    /** The protocol's defaults. */
    public static final Prefixes DEFAULT = new Prefixes("e.", "c.", "resolve.", "reject.");

    /**
     * @throws IllegalArgumentException if a prefix is empty, or begins with one that is tried before it and so could never
     *     be recognised
     */
    public Prefixes {
        List<String> all = List.of(event, call, resolve, reject);
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).isEmpty()) {
                throw new IllegalArgumentException("a prefix must not be empty");
            }
            for (int earlier = 0; earlier < i; earlier++) {
                if (all.get(i).startsWith(all.get(earlier))) {
                    throw new IllegalArgumentException(
                            "the prefix '" + all.get(i) + "' can't be told from '" + all.get(earlier) + "'");
                }
            }
        }
    }
}
