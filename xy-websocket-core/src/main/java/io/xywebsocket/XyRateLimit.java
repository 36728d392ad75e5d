package io.xywebsocket;

import java.time.Duration;

/**
 * How much peers may send, see {@link XyEndpointBuilder#rateLimit}. Asked before anything is looked up or queued, so names that nobody offers
 * count like all others. Thread-safe.
 *
 * <p>It runs on the threads that read, where nothing may block, and costs every frame what it costs. What it throws is logged, once for each
 * connection, and refuses nothing.
 */
@FunctionalInterface
public interface XyRateLimit {

    /** What a peer has sent. */
    enum Traffic {
        /** A call, whether there is such a function or not. */
        CALL,
        /** An event, whether somebody listens to it or not. */
        EVENT,
        /**
         * A frame of a kind that we don't know, an answer to a call that isn't pending, a cancellation of one that doesn't run, an empty or
         * tiny fragment, or one ping or pong too many.
         */
        OTHER,
        /** Something that isn't a frame; the connection is closed over it whatever the verdict is. */
        MALFORMED
    }

    /** What becomes of it. */
    sealed interface Verdict {

        /** It goes on. */
        Verdict ADMITTED = new Admitted();

        /** The peer is closed with 1008. */
        Verdict EXCESSIVE = new Excessive();
    }

    /** See {@link Verdict#ADMITTED}. */
    record Admitted() implements Verdict {}

    /**
     * A call is rejected with 429, anything else is dropped.
     *
     * @param retryAfter when to try again; not negative
     */
    record Refused(Duration retryAfter) implements Verdict {}

    /** See {@link Verdict#EXCESSIVE}. */
    record Excessive() implements Verdict {}

    /** The limit on one connection. */
    @FunctionalInterface
    interface OfPeer {

        /**
         * Counts something that the peer has sent. Called by one thread at a time.
         *
         * @param name the function's or event's, without a prefix, as the peer has made it up; empty for other traffic
         */
        Verdict admit(Traffic traffic, String name);

        /** The peer is gone. Called once, on any thread, perhaps during a last {@link #admit}. */
        default void close() {}
    }

    /**
     * A peer has connected; called before anything is read from it.
     *
     * @param clock the endpoint's time
     */
    OfPeer open(XyPeer peer, XyClock clock);
}
