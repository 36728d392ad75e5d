package io.xywebsocket.engine;

import io.xywebsocket.XyBroadcaster;
import io.xywebsocket.XyClock;
import io.xywebsocket.XyConnectionListener;
import io.xywebsocket.XyGroups;
import io.xywebsocket.XyHandlerDecorator;
import io.xywebsocket.XyHandlers;
import io.xywebsocket.XyHandshake;
import io.xywebsocket.XyLimits;
import io.xywebsocket.XyPayload;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyPeers;
import io.xywebsocket.XyPresence;
import io.xywebsocket.XyRateLimit;
import io.xywebsocket.XyStatistics;
import io.xywebsocket.XyTimeouts;
import io.xywebsocket.XyValue;
import io.xywebsocket.cluster.XyClusterStatistics;
import io.xywebsocket.concurrent.FairShare;
import io.xywebsocket.concurrent.PeriodicCheck;
import io.xywebsocket.concurrent.SystemClock;
import io.xywebsocket.concurrent.Writers;
import io.xywebsocket.concurrent.XyExecutor;
import io.xywebsocket.transport.Transport;
import io.xywebsocket.untrusted.LogText;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One side of the protocol: handlers, live connections, limits. {@link #open} takes the {@link Transport} of a new
 * connection. Thread-safe.
 *
 * @since 0.1
 */
public final class XyEndpoint implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(XyEndpoint.class);

    final EngineContext context;
    final HandlerTable handlers;
    final Peers peers = new Peers();
    final Directory directory;

    private final Dispatcher dispatcher;
    private final Broadcaster broadcaster;
    private final Groups groups;
    private final @Nullable ClusterNode cluster;
    private final @Nullable SystemClock ownClock;
    private final @Nullable XyExecutor ownExecutor;
    private final @Nullable XyExecutor ownWriters;
    private final PeriodicCheck sweeps;
    private final Shutdowns shutdowns;
    private volatile ReturnTimes returnTimes = ReturnTimes.UNTOLD;

    /**
     * @param listeners of connecting and disconnecting peers
     * @param holdPeers whether calls and events of a peer wait for them
     * @param rateLimit null for none
     */
    XyEndpoint(
            XySettings<?> settings,
            List<XyConnectionListener> listeners,
            boolean holdPeers,
            @Nullable XyRateLimit rateLimit,
            PresenceSettings presence,
            @Nullable ClusterWiring wiring) {
        XyTimeouts timeouts = settings.timeouts();
        long maxReceivedBytes = settings.maxReceivedBytes();
        ownClock = settings.clock == null && settings.threadsOf == null ? new SystemClock() : null;
        XyClock clock = ownClock == null ? clock(settings) : ownClock;
        ownExecutor = settings.executor == null && settings.threadsOf == null
                ? new XyExecutor("xy-", settings.maxThreads, clock)
                : null;
        ownWriters = settings.writers == null && settings.threadsOf == null
                ? new XyExecutor("xy-writer-", settings.maxThreads, clock)
                : null;
        XyHandlerDecorator decorator = new Decorators(settings.decorators);
        ErrorAnswers errors = new ErrorAnswers(settings.errorMappers, settings.includeMessage, settings.json);
        Interceptors interceptors = Interceptors.of(settings.interceptors, settings.decorators, settings.json);
        handlers = new HandlerTable(decorator, interceptors);
        shutdowns = new Shutdowns(clock, peers.connections(), this::closeForShutdown);
        context = new EngineContext(
                settings.limits,
                timeouts,
                settings.slowPeers,
                clock,
                new Codec(settings.prefixes, settings.json, errors),
                new Answers(settings.json, errors),
                new Counters(),
                tasks(settings, clock),
                new DrainWatch(clock),
                handlers,
                new SlowFunctions(handlers::isRegistered),
                interceptors,
                decorator.connectionListener(new ConnectionListeners(listeners)),
                holdPeers
                        && !(listeners.isEmpty()
                                && settings.decorators.isEmpty()
                                && presence.listeners().isEmpty()),
                new ConnectFailures(errors, timeouts.call(), clock),
                new ReceivedBytes(maxReceivedBytes, peers.connections(), clock),
                new OrphanedBytes(settings.limits.receiveBufferSize(), clock),
                rateLimit,
                settings.idleTimeout,
                shutdowns::isDown);
        dispatcher = new Dispatcher(context);
        directory = new Directory(peers, presence, context);
        groups = new Groups(directory);
        cluster = wiring == null ? null : new ClusterNode(context, directory, groups, wiring);
        broadcaster = new Broadcaster(context, directory, cluster);
        sweeps = new PeriodicCheck(clock, sweepInterval(), this::sweep, () -> peers.size() > 0);
        if (cluster != null && wiring != null && !wiring.joinsLater()) {
            cluster.join();
        }
    }

    private static XyClock clock(XySettings<?> settings) {
        return settings.clock == null
                ? Objects.requireNonNull(settings.threadsOf).clock()
                : settings.clock;
    }

    /** An executor that is set takes precedence over that of another endpoint. */
    private Tasks tasks(XySettings<?> settings, XyClock clock) {
        Tasks shared = settings.threadsOf == null ? null : settings.threadsOf.context.tasks();
        Writers writers = settings.writers;
        if (writers == null) {
            writers = shared == null ? new Writers(Objects.requireNonNull(ownWriters)) : shared.writers;
        }
        if (settings.executor != null) {
            FairShare share = settings.executorThreads == null ? null : new FairShare(settings.executorThreads);
            return new Tasks(settings.executor, share, writers, clock);
        }
        return shared == null
                ? new Tasks(Objects.requireNonNull(ownExecutor), null, writers, clock)
                : new Tasks(shared.executor, shared.share, writers, clock);
    }

    private Duration sweepInterval() {
        XyTimeouts timeouts = context.timeouts();
        Duration idle = context.idleTimeout() == null ? timeouts.send() : context.idleTimeout();
        long shortest = Collections.min(
                        List.of(timeouts.heartbeatInterval(), timeouts.send(), timeouts.message(), idle))
                .toMillis();
        return Duration.ofMillis(Math.max(5, Math.min(1000, shortest / 4)));
    }

    /** Creates a builder. */
    public static XyEndpointBuilder builder() {
        return new XyEndpointBuilder();
    }

    /** Returns the functions and listeners of this side. */
    public XyHandlers handlers() {
        return handlers;
    }

    /** Returns the number of functions that are registered now, without the fallback. */
    public int functionCount() {
        return handlers.functionCount();
    }

    /** Returns the number of event names that have listeners now. */
    public int eventCount() {
        return handlers.eventCount();
    }

    /** Returns the connected peers. */
    public XyPeers peers() {
        return peers;
    }

    /** Returns the broadcaster to all peers. */
    public XyBroadcaster broadcaster() {
        return broadcaster;
    }

    /** Returns who is connected. */
    public XyPresence presence() {
        return directory;
    }

    /** Returns the groups of members. */
    public XyGroups groups() {
        return groups;
    }

    /** Returns this node's view of its cluster; empty if it is in none. */
    public Optional<XyClusterStatistics> clusterStatistics() {
        return Optional.ofNullable(cluster).map(ClusterNode::statistics);
    }

    /** Returns this node of the cluster; null for none. */
    @Nullable
    ClusterNode cluster() {
        return cluster;
    }

    /** Returns the limits of its connections, for transports. */
    public XyLimits limits() {
        return context.limits();
    }

    /** Returns the timeouts of its connections, for transports. */
    public XyTimeouts timeouts() {
        return context.timeouts();
    }

    /**
     * Encodes a payload that is sent later or often. An {@link XyValue} is written as its type.
     *
     * @throws IllegalArgumentException if it can't be serialised
     */
    public XyPayload payload(@Nullable Object value) {
        return context.codec().payload(value);
    }

    /** Returns its clock, for transports. */
    public XyClock clock() {
        return context.clock();
    }

    /** Returns whether {@link #shutdown} has begun. */
    public boolean isShuttingDown() {
        return shutdowns.isDown();
    }

    /**
     * Opens a connection: adds it to the peers and notifies listeners of "connected". During a shutdown it is closed
     * with 1001 instead.
     *
     * @param transport  ready to write
     * @param handshake  the request that opened the connection
     * @param attributes the initial {@link XyPeer#attributes}
     * @return the receiver, which the transport calls for everything that arrives
     */
    public Transport.Receiver open(Transport transport, XyHandshake handshake, Map<String, Object> attributes) {
        Connection connection = new Connection(context, dispatcher, directory, transport, handshake, attributes);
        context.counters().connections.increment();
        connection.begin();
        peers.add(connection);
        connection.opened();
        if (isShuttingDown()) {
            closeForShutdown(connection);
        }
        sweeps.start();
        return connection;
    }

    /** Returns the endpoint's statistics. */
    public XyStatistics statistics() {
        int connected = peers.size();
        Collection<Connection> connections = peers.connections();
        Counters counters = context.counters();
        int pending = connections.stream().mapToInt(each -> each.calls.size()).sum();
        return new Statistics(
                connected,
                directory.groups.size(),
                Math.max(0, connections.size() - connected),
                pending,
                connections.stream().mapToLong(Connection::queuedBytes).sum(),
                context.receivedBytes().bytes(),
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
     * Shuts down gracefully, without blocking: new calls are rejected with 503, running calls may finish, answers and
     * outgoing calls still pass; then every connection is closed with 1001.
     *
     * @param grace how long running calls and waiting events may take
     * @return completes when all connections have ended and listeners have been notified, at most a second after the
     *     grace period; on the clock's thread, or on that of a {@link #reopen} or {@link #close} that ends it early
     */
    public CompletableFuture<Void> shutdown(Duration grace) {
        return shutdown(grace, Duration.ZERO);
    }

    /**
     * Shuts down as {@link #shutdown(Duration)} and asks each peer to reconnect at a random moment. Only clients of
     * this project follow that.
     *
     * @param grace        how long running calls and waiting events may take
     * @param returnWindow the window for reconnects, from the close on, a minute at most; zero for none
     * @return as {@link #shutdown(Duration)}
     * @throws IllegalArgumentException if the window is negative or longer than a minute; nothing is shut down then
     */
    public CompletableFuture<Void> shutdown(Duration grace, Duration returnWindow) {
        returnTimes = new ReturnTimes(returnWindow);
        if (cluster != null) {
            cluster.announceStop(returnWindow);
        }
        XyExecutor.exemptThisThread();
        return shutdowns.begin(grace);
    }

    /**
     * Returns whether a handler or listener of this endpoint runs on this thread; a {@link #shutdown} waits for it.
     */
    public boolean isHandling() {
        return ThisThread.isInside(context.tasks());
    }

    /**
     * Joins the cluster, if there is one: the first time after {@link XyEndpointBuilder#joinClusterLater}, or again after
     * {@link #leaveCluster}. Does not wait; does nothing if this endpoint is a node already or is closed.
     */
    public void joinCluster() {
        if (cluster != null) {
            cluster.join();
        }
    }

    /**
     * Tells the other nodes of the cluster, if there is one, that this node leaves; nothing is published afterwards. Their
     * members stay listed, calls to them fail with 503. Waits until it is published, a second at most. {@link #close}
     * does the same; call this earlier if the bus ends before the endpoint.
     */
    public void leaveCluster() {
        if (cluster != null) {
            cluster.leave();
        }
    }

    /**
     * Accepts connections and calls again, as a node of the cluster. Completes a {@link #shutdown} under way, which
     * closes no more connections.
     */
    public void reopen() {
        if (cluster != null) {
            cluster.join();
            cluster.announceStop(Duration.ZERO);
        }
        shutdowns.endAll();
    }

    /** Closes remaining connections with 1001, and ends threads and timers. Call {@link #shutdown} first. */
    @Override
    public void close() {
        Runnable done = shutdowns.close();
        peers.connections().forEach(this::closeForShutdown);
        if (cluster != null) {
            cluster.close();
        }
        directory.close();
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

    private void closeForShutdown(Connection connection) {
        connection.close(1001, returnTimes.reason());
    }

    private void sweep() {
        long now = context.clock().nanoTime();
        for (ConnectionPeer peer : peers.all()) {
            try {
                peer.connection.check(now);
            } catch (Throwable e) {
                LogText.quietly(() -> log.error("The check of peer {} failed", peer.id(), LogText.of(e)));
            }
        }
    }
}
