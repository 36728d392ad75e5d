package io.xywebsocket.engine;

import io.xywebsocket.XyClock;
import io.xywebsocket.XyErrorMapper;
import io.xywebsocket.XyHandlerDecorator;
import io.xywebsocket.XyInterceptor;
import io.xywebsocket.XyInternals;
import io.xywebsocket.XyJson;
import io.xywebsocket.XyLimits;
import io.xywebsocket.XyPeerListener;
import io.xywebsocket.XyRateLimit;
import io.xywebsocket.XySlowPeerPolicy;
import io.xywebsocket.XyTimeouts;
import io.xywebsocket.concurrent.FairShare;
import io.xywebsocket.concurrent.Writers;
import io.xywebsocket.concurrent.XyExecutor;
import io.xywebsocket.protocol.Prefixes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** Builds an {@link XyEndpoint}; all settings have defaults. Not thread-safe. */
public final class XyEndpointBuilder {

    Prefixes prefixes = Prefixes.DEFAULT;
    XyLimits limits = XyLimits.DEFAULT;
    XyTimeouts timeouts = XyTimeouts.DEFAULT;
    XySlowPeerPolicy slowPeers = XySlowPeerPolicy.DROP_PEER;
    boolean includeMessage;
    int maxThreads = 512;
    private @Nullable Long maxReceivedBytes;
    XyJson json = XyJson.plain();

    @Nullable
    Executor executor;

    /** The executor's number of threads, if it was given. */
    @Nullable
    IntSupplier executorThreads;

    @Nullable
    FairShare share;

    @Nullable
    Writers writers;

    @Nullable
    XyClock clock;

    @Nullable
    XyRateLimit rateLimit;

    @Nullable
    Duration idleTimeout;

    final List<XyInterceptor> interceptors = new ArrayList<>();
    final List<XyErrorMapper> errorMappers = new ArrayList<>();
    final List<XyHandlerDecorator> decorators = new ArrayList<>();
    final List<XyPeerListener> listeners = new ArrayList<>();

    boolean holdPeers = true;

    XyEndpointBuilder() {}

    /** Sets the prefixes of frames; both sides must have the same. Default: {@link Prefixes#DEFAULT}. */
    public XyEndpointBuilder prefixes(Prefixes newPrefixes) {
        prefixes = newPrefixes;
        return this;
    }

    /** Limits what one connection may use. Default: {@link XyLimits#DEFAULT}. */
    public XyEndpointBuilder limits(XyLimits newLimits) {
        limits = newLimits;
        return this;
    }

    /**
     * Limits the memory for unhandled input of all peers together: unfinished messages, calls and events. Beyond it the
     * peer with the largest unfinished message is closed with 1013; if there is none, calls are rejected with 503.
     * Events may use a quarter more; beyond that the peer with most waiting bytes is closed. At least the largest
     * message. Default: a quarter of the maximum heap.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public XyEndpointBuilder maxReceivedBytes(long bytes) {
        if (bytes <= 0) {
            throw new IllegalArgumentException("max-received-bytes must be more than 0, not " + bytes);
        }
        maxReceivedBytes = bytes;
        return this;
    }

    long maxReceivedBytes() {
        if (maxReceivedBytes == null) {
            return Math.max(limits.maxMessageSize(), Runtime.getRuntime().maxMemory() / 4);
        }
        if (maxReceivedBytes < limits.maxMessageSize()) {
            throw new IllegalArgumentException("max-received-bytes (" + maxReceivedBytes
                    + ") must not be smaller than max-message-size (" + limits.maxMessageSize() + " bytes)");
        }
        return maxReceivedBytes;
    }

    /** Sets the timeouts. Default: {@link XyTimeouts#DEFAULT}. */
    public XyEndpointBuilder timeouts(XyTimeouts newTimeouts) {
        timeouts = newTimeouts;
        return this;
    }

    /**
     * Sets what happens to events for a peer whose send buffer is full. Default: {@link XySlowPeerPolicy#DROP_PEER}.
     */
    public XyEndpointBuilder slowPeers(XySlowPeerPolicy policy) {
        slowPeers = policy;
        return this;
    }

    /**
     * Sends class and message of unexpected exceptions to peers. Default: false; they get an id that is in the log.
     */
    public XyEndpointBuilder includeMessage(boolean include) {
        includeMessage = include;
        return this;
    }

    /** Sets the JSON mapper for payloads. Default: a plain Jackson 2 mapper with the modules on the class path. */
    public XyEndpointBuilder json(XyJson newJson) {
        json = newJson;
        return this;
    }

    /** Adds an error mapper, asked after earlier ones. */
    public XyEndpointBuilder errorMapper(XyErrorMapper mapper) {
        errorMappers.add(mapper);
        return this;
    }

    /** Adds a decorator for functions and listeners at their registration, inside earlier ones. Default: none. */
    public XyEndpointBuilder decorator(XyHandlerDecorator decorator) {
        decorators.add(decorator);
        return this;
    }

    /** Adds an interceptor for calls and events in both directions, inside earlier ones. Default: none. */
    public XyEndpointBuilder interceptor(XyInterceptor interceptor) {
        interceptors.add(interceptor);
        return this;
    }

    /** Limits the rate of peers. Default: no limit. */
    public XyEndpointBuilder rateLimit(XyRateLimit limit) {
        rateLimit = limit;
        return this;
    }

    /**
     * Closes a peer with 1000 {@code idle} after this time without traffic other than pings, and without a call that
     * runs or is pending. It may be late by a quarter of the shortest timeout, a second at most. Default: never.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public XyEndpointBuilder idleTimeout(Duration timeout) {
        idleTimeout = XyInternals.positive("idle-timeout", timeout);
        return this;
    }

    /**
     * Adds a listener for connecting and disconnecting peers, behind earlier ones. If it throws for a peer, that is
     * closed; see {@link XyPeerListener#connected}. Default: none.
     */
    public XyEndpointBuilder listener(XyPeerListener listener) {
        listeners.add(listener);
        return this;
    }

    /**
     * Holds calls and events of a peer until the {@linkplain #listener listeners} have returned, at most for the call
     * timeout; then the peer is closed with 1013. If false, calls pass a listener that calls its peer or exceeds the
     * event-order timeout, and broadcasts reach peers at once. Default: true; false for a client's endpoint, whose
     * server may call back before it answers the listeners' calls.
     */
    public XyEndpointBuilder holdPeers(boolean hold) {
        holdPeers = hold;
        return this;
    }

    /**
     * Sets the executor of handlers and of stages of calls, which the caller closes. Handlers may block, even on calls
     * to their callers, so every task should get a thread: not the one that submits it, which reads sockets. If a task is
     * rejected, its calls fail with 503. Peers share the threads, whose number is known for {@link XyExecutor}, {@link
     * java.util.concurrent.ThreadPoolExecutor} and {@link java.util.concurrent.ForkJoinPool}; for others see {@link #executor(Executor, IntSupplier)}. Default: an
     * {@link XyExecutor} of the endpoint.
     */
    public XyEndpointBuilder executor(Executor newExecutor) {
        executor = newExecutor;
        executorThreads = null;
        share = null;
        return this;
    }

    /**
     * Sets an executor with a number of threads that it doesn't tell. Without that number, a peer whose handlers block
     * may hold all threads.
     *
     * @param threads returns how many tasks run at once; asked while handlers of a peer hold threads, on any thread, so
     *     it must be fast and must not block
     */
    public XyEndpointBuilder executor(Executor newExecutor, IntSupplier threads) {
        executor(newExecutor);
        executorThreads = threads;
        return this;
    }

    /**
     * Sets the maximum number of threads of the endpoint's own executor, which peers share fairly. Beyond it new calls
     * are refused. Default: 512.
     */
    public XyEndpointBuilder maxThreads(int max) {
        if (max <= 0) {
            throw new IllegalArgumentException("max-threads must be more than 0, not " + max);
        }
        maxThreads = max;
        return this;
    }

    /** Sets the clock, which the caller closes. Default: the system clock. */
    public XyEndpointBuilder clock(XyClock newClock) {
        clock = newClock;
        return this;
    }

    /**
     * Shares executor, writers and clock of another endpoint, which closes them. Call it before {@link #executor} and
     * {@link #clock}, if those are used too.
     */
    public XyEndpointBuilder threadsOf(XyEndpoint other) {
        executor = other.context.tasks().executor;
        share = other.context.tasks().share;
        writers = other.context.tasks().writers;
        clock = other.context.clock();
        return this;
    }

    /** Creates the endpoint; its threads start on demand. */
    public XyEndpoint build() {
        return new XyEndpoint(this);
    }
}
