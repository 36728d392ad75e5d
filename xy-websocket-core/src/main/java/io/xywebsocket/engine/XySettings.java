package io.xywebsocket.engine;

import io.xywebsocket.XyClock;
import io.xywebsocket.XyConnectionListener;
import io.xywebsocket.XyErrorMapper;
import io.xywebsocket.XyHandlerDecorator;
import io.xywebsocket.XyInterceptor;
import io.xywebsocket.XyInternals;
import io.xywebsocket.XyJson;
import io.xywebsocket.XyLimits;
import io.xywebsocket.XySlowPeerPolicy;
import io.xywebsocket.XyTimeouts;
import io.xywebsocket.concurrent.Writers;
import io.xywebsocket.concurrent.XyExecutor;
import io.xywebsocket.protocol.Prefixes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The settings that both sides have: of an endpoint that serves peers ({@link XyEndpointBuilder}), and of a client ({@link
 * io.xywebsocket.client.XyClientBuilder}), whose peer is its server. All have defaults.
 *
 * <p>Their order is free. Of one setting the last value counts; of two that overlap, the more specific one does: {@link
 * #callTimeout} and {@link #heartbeatInterval} instead of those of {@link #timeouts}, {@link #executor} and {@link
 * #clock} instead of those of {@link #threadsOf}. Not thread-safe.
 *
 * @param <B> the builder that inherits them
 * @since 0.1
 */
public abstract class XySettings<B extends XySettings<B>> {

    Prefixes prefixes = Prefixes.DEFAULT;
    XyLimits limits = XyLimits.DEFAULT;
    XySlowPeerPolicy slowPeers = XySlowPeerPolicy.DROP_PEER;
    boolean includeMessage;
    int maxThreads = 512;
    XyJson json = XyJson.plain();

    @Nullable
    Executor executor;

    /** The executor's number of threads, if it was given. */
    @Nullable
    IntSupplier executorThreads;

    @Nullable
    XyClock clock;

    @Nullable
    XyEndpoint threadsOf;

    /** For tests; null for those of {@link #threadsOf}, or the endpoint's own. */
    @Nullable
    Writers writers;

    @Nullable
    Duration idleTimeout;

    final List<XyInterceptor> interceptors = new ArrayList<>();
    final List<XyErrorMapper> errorMappers = new ArrayList<>();
    final List<XyHandlerDecorator> decorators = new ArrayList<>();

    private XyTimeouts timeouts = XyTimeouts.DEFAULT;
    private @Nullable Duration callTimeout;
    private @Nullable Duration heartbeatInterval;
    private @Nullable Long maxReceivedBytes;

    /** For the builders of this project. */
    protected XySettings() {}

    @SuppressWarnings("unchecked") // each builder names itself
    private B self() {
        return (B) this;
    }

    /** Sets the prefixes of frames; both sides must have the same. Default: {@link Prefixes#DEFAULT}. */
    public B prefixes(Prefixes newPrefixes) {
        prefixes = newPrefixes;
        return self();
    }

    /**
     * Limits what one connection may use. Default: {@link XyLimits#DEFAULT}.
     *
     * @throws IllegalArgumentException if the receive buffer is smaller than a message
     */
    public B limits(XyLimits newLimits) {
        limits = XyInternals.checked(newLimits);
        return self();
    }

    /**
     * Limits the memory for unhandled input of all peers together: unfinished messages, calls and events. Beyond it the
     * peer with the largest unfinished message is closed with 1013; if there is none, calls are rejected with 503.
     * Events may use a quarter more; beyond that the peer with most waiting bytes is closed. At least the largest
     * message, which is checked by {@code build()}. Default: a quarter of the maximum heap.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public B maxReceivedBytes(long bytes) {
        if (bytes <= 0) {
            throw new IllegalArgumentException("max-received-bytes must be more than 0, not " + bytes);
        }
        maxReceivedBytes = bytes;
        return self();
    }

    final long maxReceivedBytes() {
        if (maxReceivedBytes == null) {
            return Math.max(limits.maxMessageSize(), Runtime.getRuntime().maxMemory() / 4);
        }
        if (maxReceivedBytes < limits.maxMessageSize()) {
            throw new IllegalArgumentException("max-received-bytes (" + maxReceivedBytes
                    + ") must not be smaller than max-message-size (" + limits.maxMessageSize() + " bytes)");
        }
        return maxReceivedBytes;
    }

    /**
     * Sets all timeouts of a connection, but for a {@link #callTimeout} and a {@link #heartbeatInterval} that are set by
     * themselves. Default: {@link XyTimeouts#DEFAULT}.
     */
    public B timeouts(XyTimeouts newTimeouts) {
        timeouts = newTimeouts;
        return self();
    }

    /**
     * Sets how long a call waits for its answer. Default: {@link XyTimeouts#call}.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public B callTimeout(Duration timeout) {
        callTimeout = XyInternals.positive("call-timeout", timeout);
        return self();
    }

    /**
     * Sets the interval of pings; a peer that has sent nothing since the last ping is dropped. Default: {@link
     * XyTimeouts#heartbeatInterval}.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public B heartbeatInterval(Duration interval) {
        heartbeatInterval = XyInternals.positive("heartbeat-interval", interval);
        return self();
    }

    final XyTimeouts timeouts() {
        XyTimeouts all = callTimeout == null ? timeouts : timeouts.withCall(callTimeout);
        return heartbeatInterval == null ? all : all.withHeartbeatInterval(heartbeatInterval);
    }

    /**
     * Closes a connection with 1000 {@code idle} after this time without traffic other than pings, and without a call
     * that runs or is pending. It may be late by a quarter of the shortest timeout, a second at most. Default: never.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public B idleTimeout(Duration timeout) {
        idleTimeout = XyInternals.positive("idle-timeout", timeout);
        return self();
    }

    /**
     * Sets what happens to events for a peer whose send buffer is full. Default: {@link XySlowPeerPolicy#DROP_PEER}.
     */
    public B slowPeers(XySlowPeerPolicy policy) {
        slowPeers = policy;
        return self();
    }

    /**
     * Sends class and message of unexpected exceptions to peers. Default: false; they get an id that is in the log.
     */
    public B includeMessage(boolean include) {
        includeMessage = include;
        return self();
    }

    /** Sets the JSON mapper for payloads. Default: a plain Jackson 2 mapper with the modules on the class path. */
    public B json(XyJson newJson) {
        json = newJson;
        return self();
    }

    /** Adds an error mapper, asked after earlier ones. */
    public B errorMapper(XyErrorMapper mapper) {
        errorMappers.add(mapper);
        return self();
    }

    /** Adds a decorator for functions and listeners at their registration, inside earlier ones. Default: none. */
    public B decorator(XyHandlerDecorator decorator) {
        decorators.add(decorator);
        return self();
    }

    /** Adds an interceptor for calls and events in both directions, inside earlier ones. Default: none. */
    public B interceptor(XyInterceptor interceptor) {
        interceptors.add(interceptor);
        return self();
    }

    /**
     * Sets the executor of handlers and of stages of calls, which the caller closes. Handlers may block, even on calls
     * to their callers, so every task should get a thread: not the one that submits it, which reads sockets. If a task is
     * rejected, its calls fail with 503. Peers share the threads, whose number is known for {@link XyExecutor}, {@link
     * java.util.concurrent.ThreadPoolExecutor} and {@link java.util.concurrent.ForkJoinPool}; for others see {@link
     * #executor(Executor, IntSupplier)}. Default: that of {@link #threadsOf}, or else an {@link XyExecutor} of one's
     * own.
     */
    public B executor(Executor newExecutor) {
        executor = newExecutor;
        executorThreads = null;
        return self();
    }

    /**
     * Sets an executor with a number of threads that it doesn't tell. Without that number, a peer whose handlers block
     * may hold all threads.
     *
     * @param threads returns how many tasks run at once; asked while handlers of a peer hold threads, on any thread, so
     *     it must be fast and must not block
     */
    public B executor(Executor newExecutor, IntSupplier threads) {
        executor = newExecutor;
        executorThreads = threads;
        return self();
    }

    /**
     * Sets the maximum number of threads of one's own executor, which peers share fairly. Beyond it new calls are
     * refused. It does not change an {@link #executor} that is set, nor that of {@link #threadsOf}. Default: 512.
     */
    public B maxThreads(int max) {
        if (max <= 0) {
            throw new IllegalArgumentException("max-threads must be more than 0, not " + max);
        }
        maxThreads = max;
        return self();
    }

    /**
     * Sets the clock, which the caller closes. Default: that of {@link #threadsOf}, or else the system clock.
     */
    public B clock(XyClock newClock) {
        clock = newClock;
        return self();
    }

    /**
     * Shares executor, writers and clock of another endpoint, which closes them. An {@link #executor} and a {@link
     * #clock} that are set are used instead, whichever is set first. Default: threads of one's own.
     */
    public B threadsOf(XyEndpoint other) {
        threadsOf = other;
        return self();
    }

    /** Creates the endpoint of a client, which holds no calls and events while the listener runs. */
    protected final XyEndpoint clientEndpoint(XyConnectionListener listener) {
        return new XyEndpoint(this, List.of(listener), false, null, PresenceSettings.DEFAULT, null);
    }
}
