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
 * @param cancel  of cancellations, default {@code "cancel."}; empty: none are sent, and none understood
 * @since 0.1
 */
public record Prefixes(String event, String call, String resolve, String reject, String cancel) {

    private static final String CANCEL = "cancel.";

    /** The protocol's defaults. */
    public static final Prefixes DEFAULT = new Prefixes("e.", "c.", "resolve.", "reject.");

    /**
     * @throws IllegalArgumentException if a prefix other than the last is empty, or begins with one that is tried before it and so
     *     could never be recognised; or if a cancellation could be taken for a frame of another kind by a peer that knows none
     */
    public Prefixes {
        List<String> others = List.of(event, call, resolve, reject);
        for (int i = 0; i < others.size(); i++) {
            if (others.get(i).isEmpty()) {
                throw new IllegalArgumentException("a prefix must not be empty");
            }
            for (int earlier = 0; earlier < i; earlier++) {
                if (others.get(i).startsWith(others.get(earlier))) {
                    throw indistinct(others.get(i), others.get(earlier));
                }
            }
        }
        for (String other : others) {
            if (clashes(cancel, other)) {
                throw indistinct(cancel, other);
            }
        }
    }

    /**
     * With cancellations of the default prefix, or none if that can't be told from the others.
     *
     * @throws IllegalArgumentException if a prefix is empty, or begins with one that is tried before it
     */
    public Prefixes(String event, String call, String resolve, String reject) {
        this(
                event,
                call,
                resolve,
                reject,
                List.of(event, call, resolve, reject).stream().anyMatch(other -> clashes(CANCEL, other)) ? "" : CANCEL);
    }

    /**
     * For settings that have all of the defaults as theirs: the default prefix of cancellations gives way to the others, any other one
     * does not.
     *
     * @throws IllegalArgumentException see the constructors
     */
    public static Prefixes of(String event, String call, String resolve, String reject, String cancel) {
        return cancel.equals(CANCEL)
                ? new Prefixes(event, call, resolve, reject)
                : new Prefixes(event, call, resolve, reject, cancel);
    }

    /** A name may be anything, so with either as the beginning of the other a frame of the one could be one of the other. */
    private static boolean clashes(String cancel, String other) {
        return !cancel.isEmpty() && (cancel.startsWith(other) || other.startsWith(cancel));
    }

    private static IllegalArgumentException indistinct(String prefix, String other) {
        return new IllegalArgumentException("the prefix '" + prefix + "' can't be told from '" + other + "'");
    }
}
