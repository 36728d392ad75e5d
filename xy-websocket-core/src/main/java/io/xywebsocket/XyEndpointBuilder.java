package io.xywebsocket;

import io.xywebsocket.protocol.Prefixes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** Sets up an {@link XyEndpoint}; everything has a default. Not thread-safe. */
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

    /** How many threads that has, if somebody has said so. */
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

    /** What frames begin with; both sides must have the same. Default: {@link Prefixes#DEFAULT}. */
    public XyEndpointBuilder prefixes(Prefixes newPrefixes) {
        prefixes = newPrefixes;
        return this;
    }

    /** What one connection may cost. Default: {@link XyLimits#DEFAULT}. */
    public XyEndpointBuilder limits(XyLimits newLimits) {
        limits = newLimits;
        return this;
    }

    /**
     * What may be here of all that peers have sent together, in bytes of memory: unfinished messages, and calls and events until they have been
     * handled. Beyond it the peer that holds most of unfinished messages is closed with 1013, and where none does calls are rejected with 503; events have
     * a quarter more, then the peer of which most waits is closed. At least the largest message. Default: a quarter of the maximum heap.
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

    /** How long things may take. Default: {@link XyTimeouts#DEFAULT}. */
    public XyEndpointBuilder timeouts(XyTimeouts newTimeouts) {
        timeouts = newTimeouts;
        return this;
    }

    /** What becomes of events to a peer whose send buffer is full. Default: {@link XySlowPeerPolicy#DROP_PEER}. */
    public XyEndpointBuilder slowPeers(XySlowPeerPolicy policy) {
        slowPeers = policy;
        return this;
    }

    /** Whether the class and text of unexpected exceptions go to peers. Default: no, they get an id that is in the log. */
    public XyEndpointBuilder includeMessage(boolean include) {
        includeMessage = include;
        return this;
    }

    /** How payloads become Java values. Default: a plain Jackson 2 mapper with the modules on the class path. */
    public XyEndpointBuilder json(XyJson newJson) {
        json = newJson;
        return this;
    }

    /** Asked after the ones added before it. */
    public XyEndpointBuilder errorMapper(XyErrorMapper mapper) {
        errorMappers.add(mapper);
        return this;
    }

    /** Puts something around functions and listeners when they are registered: inside what was added before it. Default: nothing. */
    public XyEndpointBuilder decorator(XyHandlerDecorator decorator) {
        decorators.add(decorator);
        return this;
    }

    /** Stands around every call and event, both ways, inside what was added before it. Default: nothing. */
    public XyEndpointBuilder interceptor(XyInterceptor interceptor) {
        interceptors.add(interceptor);
        return this;
    }

    /** How much peers may send. Default: there is no limit on the rate. */
    public XyEndpointBuilder rateLimit(XyRateLimit limit) {
        rateLimit = limit;
        return this;
    }

    /**
     * Closes a peer with 1000 {@code idle} once for so long neither side has said anything but pings, and no call is under way. It may be late by
     * the quarter of the shortest timeout, a second at most. Default: never.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public XyEndpointBuilder idleTimeout(Duration timeout) {
        idleTimeout = XyTimeouts.positive("idle-timeout", timeout);
        return this;
    }

    /**
     * Hears of peers that come and go, after the ones added before it. One that throws when it hears of a peer closes it; see {@link
     * XyPeerListener#connected}. Default: nobody.
     */
    public XyEndpointBuilder listener(XyPeerListener listener) {
        listeners.add(listener);
        return this;
    }

    /**
     * Whether what a peer sends waits until the {@linkplain #listener listeners} have heard of it, for the call timeout at most; a peer of whom they
     * haven't by then is closed with 1013. If not, calls pass a listener that asks its peer or takes longer than the event-order timeout,
     * and broadcasts reach peers from their connection on. Default: yes; no for a client's endpoint, whose server may ask back before it answers
     * what its listeners ask.
     */
    public XyEndpointBuilder holdPeers(boolean hold) {
        holdPeers = hold;
        return this;
    }

    /**
     * Runs the handlers, and the stages of calls; whoever gives it ends it. Handlers may block, on their own callers too, so it
     * should give every task a thread. One that refuses a task makes that call fail with 503. How many threads there are, which peers
     * share, is asked of an {@link XyExecutor}, a {@link java.util.concurrent.ThreadPoolExecutor} and a
     * {@link java.util.concurrent.ForkJoinPool}; of any other see {@link #executor(Executor, IntSupplier)}. Default: an {@link XyExecutor}
     * of the endpoint's own.
     */
    public XyEndpointBuilder executor(Executor newExecutor) {
        executor = newExecutor;
        executorThreads = null;
        share = null;
        return this;
    }

    /**
     * The same with an executor that has a bound on its threads and can't be asked for it. Without the bound a peer whose handlers block may
     * take all of them.
     *
     * @param threads how many tasks it runs at once; asked for peers whose handlers hold some of them, on any thread, and so
     *     must not block
     */
    public XyEndpointBuilder executor(Executor newExecutor, IntSupplier threads) {
        executor(newExecutor);
        executorThreads = threads;
        return this;
    }

    /** How many threads the endpoint's own executor has before new calls are refused; peers share them fairly. Default: 512. */
    public XyEndpointBuilder maxThreads(int max) {
        if (max <= 0) {
            throw new IllegalArgumentException("max-threads must be more than 0, not " + max);
        }
        maxThreads = max;
        return this;
    }

    /** Time and timers; whoever gives it ends it. Default: the machine's. */
    public XyEndpointBuilder clock(XyClock newClock) {
        clock = newClock;
        return this;
    }

    /**
     * Shares the executor, the writers and the clock of another endpoint, which ends them. To be called before {@link #executor}
     * and {@link #clock}, if at all.
     */
    public XyEndpointBuilder threadsOf(XyEndpoint other) {
        executor = other.executor;
        share = other.share;
        writers = other.writers;
        clock = other.clock;
        return this;
    }

    /** The endpoint; its threads start when they are needed. */
    public XyEndpoint build() {
        return new XyEndpoint(this);
    }
}
