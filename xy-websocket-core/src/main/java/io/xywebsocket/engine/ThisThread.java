package io.xywebsocket.engine;

import io.xywebsocket.XyInternals;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Knows the handler, or the stage that continues it, that runs on the calling thread. */
final class ThisThread {

    /** Runs the handlers of calls and events one after the other. */
    interface Run {

        /** The handler calls a peer, so calls may pass a running listener. Returns the limited timeout. */
        Duration onOutgoingCall(Duration timeout);

        /** Returns the entry whose handler runs; null between two handlers. */
        @Nullable
        CallOrigin origin();

        /** Returns the time until the running handler's deadline; null if it has none. */
        @Nullable
        Duration timeLeft();

        /** Returns the listener for the result of the running handler; null if there is none. */
        @Nullable
        ResultListener resultListener();

        /** The handler is about to wait. */
        void beforeBlocking();

        /** A listener of the running event has returned, and another one follows. */
        void onListenerReturned();

        /** Returns whether the run belongs to the endpoint with these tasks. */
        boolean belongsTo(Tasks tasks);
    }

    /** Receives the result of a handler, before interceptors change it. */
    interface ResultListener {
        void onResult(@Nullable Object result);
    }

    /** The inbound call or event whose handler makes an outgoing call. */
    interface CallOrigin {

        /** Returns whether this peer has sent it. */
        boolean isFrom(String peerId);

        /** The handler has started a call to the peer that sent it. */
        void onNestedCall();

        /** Such a call has ended, with or without an answer. */
        void onNestedCallEnded();

        /** The peer has answered such a call. */
        void onNestedAnswer();
    }

    private static final ThreadLocal<Run> RUN = new ThreadLocal<>();

    /** Set on threads outside of handlers, while they run a stage that continues one. */
    private static final ThreadLocal<CallOrigin> ORIGIN = new ThreadLocal<>();

    static {
        XyInternals.timeLeft(ThisThread::timeLeft);
    }

    private ThisThread() {}

    /** Runs handlers with this run as the current one. */
    static void runs(Run run, Runnable handlers) {
        within(RUN, run, () -> {
            handlers.run();
            return true;
        });
    }

    /**
     * Lets calls pass the running listener, if there is one: it calls a peer, which may need them.
     *
     * @return the timeout, limited by the deadline of the running handler
     */
    static Duration onOutgoingCall(Duration timeout) {
        Run run = RUN.get();
        return run == null ? timeout : run.onOutgoingCall(timeout);
    }

    /** Returns whether a handler or listener of the endpoint with these tasks runs. */
    static boolean isInside(Tasks tasks) {
        Run run = RUN.get();
        return run != null && run.belongsTo(tasks);
    }

    /** Returns the entry whose handler, or a stage that continues it, runs; null if none does. */
    static @Nullable CallOrigin origin() {
        Run run = RUN.get();
        return run == null ? ORIGIN.get() : run.origin();
    }

    /** Runs an action whose outgoing calls count as those of this entry's handler. */
    static <T> T onBehalfOf(@Nullable CallOrigin origin, Supplier<T> what) {
        return origin == null ? what.get() : within(ORIGIN, origin, what);
    }

    private static <V, T> T within(ThreadLocal<V> local, V value, Supplier<T> what) {
        V outer = local.get();
        local.set(value);
        try {
            return what.get();
        } finally {
            if (outer == null) {
                local.remove();
            } else {
                local.set(outer);
            }
        }
    }

    /** Returns the time until the running handler's deadline; null without a handler or a deadline. */
    static @Nullable Duration timeLeft() {
        Run run = RUN.get();
        return run == null ? null : run.timeLeft();
    }

    /** Returns the listener for the result of the running handler; null if there is none. */
    static @Nullable ResultListener resultListener() {
        Run run = RUN.get();
        return run == null ? null : run.resultListener();
    }

    /** Tells the run, if there is one, that its handler is about to wait. */
    static void beforeBlocking() {
        Run run = RUN.get();
        if (run != null) {
            run.beforeBlocking();
        }
    }

    /** Tells the run, if there is one, that a listener has returned and another one follows. */
    static void onListenerReturned() {
        Run run = RUN.get();
        if (run != null) {
            run.onListenerReturned();
        }
    }
}
