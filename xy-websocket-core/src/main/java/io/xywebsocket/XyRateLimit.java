package io.xywebsocket;

import java.time.Duration;

/**
 * Limits the rate of peers, see {@link io.xywebsocket.engine.XyEndpointBuilder#rateLimit}. Called before names are looked up or messages are
 * queued, so unknown names count too. Thread-safe.
 *
 * <p>It runs on the reading threads for every frame, so it must be fast and must not block. Exceptions are logged once
 * for each connection and admit the frame.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface XyRateLimit {

    /** What a peer has sent. */
    enum Traffic {
        /** A call, even of an unknown function. */
        CALL,
        /** An event, even without listeners. */
        EVENT,
        /**
         * A frame of an unknown kind, an answer to a call that isn't pending, a cancellation of a call that doesn't
         * run, an empty or tiny fragment, or a surplus ping or pong.
         */
        OTHER,
        /** A malformed frame; the connection is closed whatever the verdict is. */
        MALFORMED
    }

    /** The decision. */
    sealed interface Verdict {

        /** The message is handled. */
        Verdict ADMITTED = new Admitted();

        /** The peer is closed with 1008. */
        Verdict EXCESSIVE = new Excessive();
    }

    /** See {@link Verdict#ADMITTED}. */
    record Admitted() implements Verdict {}

    /**
     * Rejects a call with 429; other messages are discarded.
     *
     * @param retryAfter when to try again; not negative
     */
    record Refused(Duration retryAfter) implements Verdict {}

    /** See {@link Verdict#EXCESSIVE}. */
    record Excessive() implements Verdict {}

    /** The limit of one connection. */
    @FunctionalInterface
    interface OfPeer {

        /**
         * Counts a message of the peer. Called by one thread at a time.
         *
         * @param name the name of the function or event, without a prefix, as the peer sent it; empty for other traffic
         */
        Verdict admit(Traffic traffic, String name);

        /** The peer has disconnected. Called once, on any thread, perhaps during a last {@link #admit}. */
        default void close() {}
    }

    /**
     * A peer has connected. Called before anything is read from it.
     *
     * @param clock the endpoint's clock
     */
    OfPeer open(XyPeer peer, XyClock clock);
}
