package io.xywebsocket;

import io.xywebsocket.protocol.FrameDecoder;
import io.xywebsocket.protocol.FrameEncoder;
import io.xywebsocket.protocol.JsonBuffer;
import io.xywebsocket.transport.LogText;
import io.xywebsocket.transport.Transport;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One side of the protocol with all that it offers: handlers, live connections, limits. Whoever has a connection hands its
 * {@link Transport} to {@link #open}. Thread-safe.
 */
public final class XyEndpoint implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(XyEndpoint.class);

    final FrameDecoder decoder;
    final FrameEncoder encoder;
    final Dispatcher dispatcher = new Dispatcher(this);
    final XyLimits limits;
    final XyTimeouts timeouts;
    final XySlowPeerPolicy slowPeers;
    final XyJson json;
    final ErrorAnswers errors;
    final Answers answers;
    final XyPeerListener listener;

    /** Whether what a peer sends waits until the listeners have heard of it. */
    final boolean holdsPeers;

    final XyClock clock;
    final Executor executor;
    final FairShare share;
    final Writers writers;
    final BurstWatch watch;
    final ExecutorFailures executorFailures;
    final ConnectFailures connectFailures;
    final SlowFunctions slowFunctions;
    final HandlerTable handlers;
    final @Nullable Interceptors interceptors;
    final @Nullable XyRateLimit rateLimit;
    final @Nullable Duration idleTimeout;
    final Peers peers = new Peers();
    final Counters counters = new Counters();
    final Leftovers leftovers;
    final Received received;
    final Set<Connection> connections = ConcurrentHashMap.newKeySet();

    private final Broadcaster broadcaster = new Broadcaster(this);
    private final @Nullable SystemClock ownClock;
    private final @Nullable XyExecutor ownExecutor;
    private final @Nullable XyExecutor ownWriters;
    private final Ticks sweeps;
    private final Shutdowns shutdowns;
    private volatile ReturnTimes returnTimes = ReturnTimes.UNTOLD;

    XyEndpoint(XyEndpointBuilder settings) {
        ownClock = settings.clock == null ? new SystemClock() : null;
        clock = ownClock == null ? Objects.requireNonNull(settings.clock) : ownClock;
        ownExecutor = settings.executor == null ? new XyExecutor("xy-", settings.maxThreads, clock) : null;
        executor = ownExecutor == null ? Objects.requireNonNull(settings.executor) : ownExecutor;
        share = settings.share == null ? FairShare.of(executor, settings.executorThreads) : settings.share;
        ownWriters = settings.writers == null ? new XyExecutor("xy-writer-", settings.maxThreads, clock) : null;
        writers = ownWriters == null ? Objects.requireNonNull(settings.writers) : new Writers(ownWriters);
        watch = new BurstWatch(clock);
        executorFailures = new ExecutorFailures(clock);
        connectFailures = new ConnectFailures(this);
        shutdowns = new Shutdowns(clock, connections, this::sendAway);
        decoder = new FrameDecoder(settings.prefixes);
        encoder = new FrameEncoder(settings.prefixes);
        limits = settings.limits;
        timeouts = settings.timeouts;
        leftovers = new Leftovers(limits.receiveBufferSize(), clock);
        received = new Received(settings.maxReceivedBytes(), connections, clock);
        slowPeers = settings.slowPeers;
        json = settings.json;
        errors = new ErrorAnswers(settings.errorMappers, settings.includeMessage, json);
        answers = new Answers(json, errors);
        XyHandlerDecorator decorator = new Decorators(settings.decorators);
        interceptors = Interceptors.of(settings.interceptors, decorator, this);
        handlers = new HandlerTable(decorator, interceptors);
        slowFunctions = new SlowFunctions(handlers::isRegistered);
        listener = decorator.peers(new PeerListeners(settings.listeners));
        holdsPeers = settings.holdPeers && !(settings.listeners.isEmpty() && settings.decorators.isEmpty());
        rateLimit = settings.rateLimit;
        idleTimeout = settings.idleTimeout;
        Duration idle = idleTimeout == null ? timeouts.send() : idleTimeout;
        long shortest = Collections.min(
                        List.of(timeouts.heartbeatInterval(), timeouts.send(), timeouts.message(), idle))
                .toMillis();
        Duration sweepInterval = Duration.ofMillis(Math.max(5, Math.min(1000, shortest / 4)));
        sweeps = new Ticks(clock, sweepInterval, this::sweep, () -> peers.size() > 0);
    }

    /** An endpoint to be set up. */
    public static XyEndpointBuilder builder() {
        return new XyEndpointBuilder();
    }

    /** The functions and listeners of this side. */
    public XyHandlers handlers() {
        return handlers;
    }

    /** The connected peers. */
    public XyPeers peers() {
        return peers;
    }

    /** The way to all of them. */
    public XyBroadcaster broadcaster() {
        return broadcaster;
    }

    /** The bounds of its connections; transports need them. */
    public XyLimits limits() {
        return limits;
    }

    /** The deadlines of its connections; transports need them. */
    public XyTimeouts timeouts() {
        return timeouts;
    }

    /**
     * Encodes a payload now, to be sent later or often. An {@link XyValue} is written as its type.
     *
     * @throws IllegalArgumentException if it can't be serialised
     */
    public XyPayload payload(@Nullable Object value) {
        return XyPayload.of(value, json);
    }

    /** Its time and timers; transports may need them. */
    public XyClock clock() {
        return clock;
    }

    /** Whether {@link #shutdown} has begun. */
    public boolean isShuttingDown() {
        return shutdowns.isDown();
    }

    /**
     * Takes up a connection. From now on it is a peer, which "connected" tells the application of; while this endpoint shuts down
     * it is closed with 1001 instead.
     *
     * @param transport  can be written to
     * @param handshake  the request that opened the connection
     * @param attributes what {@link XyPeer#attributes} begins with
     * @return what the transport has to tell of everything that arrives
     */
    public Transport.Receiver open(Transport transport, XyHandshake handshake, Map<String, Object> attributes) {
        Connection connection = new Connection(this, transport, handshake, attributes);
        counters.connections.increment();
        peers.add(connection.peer);
        connections.add(connection);
        connection.opened();
        if (isShuttingDown()) {
            sendAway(connection);
        }
        sweeps.start();
        return connection;
    }

    /** The endpoint in numbers. */
    public XyStatistics statistics() {
        int connected = peers.size();
        int pending = connections.stream().mapToInt(each -> each.calls.size()).sum();
        return new XyStatistics(
                connected,
                Math.max(0, connections.size() - connected),
                pending,
                connections.stream().mapToLong(Connection::queuedBytes).sum(),
                received.bytes(),
                counters.connections.sum(),
                counters.unmatchedAnswers.sum(),
                counters.ignoredFrames.sum(),
                counters.refusedCalls.sum(),
                counters.expiredCalls.sum(),
                counters.cancelledCalls.sum(),
                counters.droppedPeers.sum(),
                counters.droppedEvents.sum(),
                counters.replacedEvents.sum(),
                counters.refusedEvents.sum());
    }

    /**
     * Goes down in good order: calls that arrive from now on are rejected with 503, those that run may finish, answers and
     * own calls still pass; then every connection is closed with 1001. Doesn't wait.
     *
     * @param grace how long running calls and waiting events may take
     * @return completes when it is done and the listeners of disconnections have been told, at the latest a second after
     *     the grace; on the clock's thread, or on that of a {@link #reopen} or {@link #close} which ends it before
     */
    public CompletableFuture<Void> shutdown(Duration grace) {
        return shutdown(grace, Duration.ZERO);
    }

    /**
     * The same, and asks each peer to come back at a random moment of its own. Our clients do, others come as they like.
     *
     * @param grace        how long running calls and waiting events may take
     * @param returnWindow over how long a time, from its close on, the peers' returns are spread, a minute at most; zero for no such wish
     * @return as {@link #shutdown(Duration)}
     * @throws IllegalArgumentException if the window is negative or longer than a minute; nothing is shut down then
     */
    public CompletableFuture<Void> shutdown(Duration grace, Duration returnWindow) {
        returnTimes = new ReturnTimes(returnWindow);
        XyExecutor.spareThisThread();
        return shutdowns.begin(grace);
    }

    /** Whether this thread is inside a handler or listener of this endpoint, which a {@link #shutdown} waits for. */
    public boolean isHandling() {
        return Burst.isOf(this);
    }

    /**
     * Takes connections and calls again. A {@link #shutdown} that is under way ends here: it closes nobody any more, and is complete.
     */
    public void reopen() {
        shutdowns.takeBack();
    }

    /** Ends the threads and timers. To be called after {@link #shutdown}. Connections that are left are closed with 1001. */
    @Override
    public void close() {
        Runnable done = shutdowns.close();
        connections.forEach(this::sendAway);
        if (ownExecutor != null) {
            ownExecutor.close();
        }
        if (ownWriters != null) {
            ownWriters.close();
        }
        if (ownClock != null) {
            ownClock.close();
        }
        done.run();
    }

    private void sendAway(Connection connection) {
        connection.close(1001, returnTimes.reason());
    }

    // ---- for the connections

    EncodedFrame event(String name, @Nullable Object payload) {
        return EncodedFrame.of(encoder.event(name, encode(payload)), EncodedFrame.Kind.EVENT);
    }

    /** A payload on its way into a frame; null for none. */
    FrameEncoder.@Nullable Payload encode(@Nullable Object payload) {
        if (payload instanceof XyPayload raw) {
            return FrameEncoder.Payload.ofNullable(raw.jsonOrNull());
        } else if (payload instanceof XyValue typed) {
            return frame -> typed.writeTo(json, frame);
        }
        return frame -> json.write(payload, frame);
    }

    /** The frame that answers a call with an error. */
    JsonBuffer rejection(String function, @Nullable String callId, Throwable error) {
        return encoder.reject(function, callId, errors.rejection(function, error));
    }

    /** Runs what must run even if the executor is full: somebody waits for it. */
    void executeAlways(Runnable task) {
        try {
            executor.execute(task);
        } catch (Throwable refusal) {
            executorFailures.report(refusal);
            if (!executeElsewhere(task)) {
                task.run();
            }
        }
    }

    /** Runs what the executor doesn't take. Returns false if the endpoint is closed. */
    boolean executeElsewhere(Runnable task) {
        try {
            writers.executeOther(task);
            return true;
        } catch (RejectedExecutionException closed) {
            return false;
        }
    }

    private void sweep() {
        long now = clock.nanoTime();
        for (XyPeer peer : peers) {
            try {
                ((PeerFace) peer).connection.check(now);
            } catch (Throwable e) {
                LogText.quietly(() -> log.error("The check of peer {} failed", peer.id(), LogText.of(e)));
            }
        }
    }
}
