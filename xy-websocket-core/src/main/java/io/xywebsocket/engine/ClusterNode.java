package io.xywebsocket.engine;

import io.xywebsocket.XyNotConnectedException;
import io.xywebsocket.XyPayload;
import io.xywebsocket.XyType;
import io.xywebsocket.cluster.Cluster;
import io.xywebsocket.cluster.ClusterPort;
import io.xywebsocket.cluster.Message;
import io.xywebsocket.cluster.NodeMessages;
import io.xywebsocket.cluster.NodeSetup;
import io.xywebsocket.cluster.XyClusterListener;
import io.xywebsocket.cluster.XyClusterStatistics;
import io.xywebsocket.concurrent.LogThrottle;
import io.xywebsocket.protocol.JsonBuffer;
import io.xywebsocket.untrusted.LogText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This endpoint as a node of a cluster: what it says to other nodes, and what they say to it. */
final class ClusterNode implements ClusterPort, NodeMessages.Carrier, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ClusterNode.class);

    /** Of all members of another node together. */
    private static final int MAX_PENDING_CALLS = 1_000_000;

    /** The number of log lines a minute about nodes that come and go. */
    private static final int MAX_NODE_LINES = 60;

    private static final Duration GOODBYE = Duration.ofSeconds(1);

    final Cluster cluster;
    final OwnMembers own;
    final RemoteMembers remote;

    private final EngineContext context;
    private final Directory directory;
    private final ServedCalls served;
    private final NodeDirectories directories;
    private final ReceivedMessages received;
    private final List<XyClusterListener> listeners;
    private final NodeMessages messages;

    /** Notifies listeners in order, away from the cluster's thread. */
    private final Executor notifier;

    /** Null if others run its tasks. */
    private final @Nullable ClusterThreads threads;

    private final Map<String, RemoteNode> nodes = new ConcurrentHashMap<>();
    private final LogThrottle nodeLines;

    ClusterNode(EngineContext context, Directory directory, Groups groups, ClusterWiring wiring) {
        this.threads = wiring.in() == null || wiring.out() == null ? new ClusterThreads() : null;
        Executor in = threads == null ? Objects.requireNonNull(wiring.in()) : threads.in();
        Executor out = threads == null ? Objects.requireNonNull(wiring.out()) : threads.out();
        this.context = context;
        this.directory = directory;
        this.listeners = wiring.listeners();
        this.messages = wiring.messages();
        this.cluster = new Cluster(
                new NodeSetup(wiring.settings(), directory.node, wiring.bus(), context.clock()), in, out, this);
        this.own = new OwnMembers(cluster);
        this.remote = new RemoteMembers(context, cluster, directory.notices, id -> directory.peers.get(id) != null);
        this.served = new ServedCalls(context, cluster, directory.peers, groups);
        this.nodeLines = new LogThrottle(context.clock(), MAX_NODE_LINES);
        this.notifier = new OneByOne(context.tasks());
        this.directories = new NodeDirectories(context, cluster, directory.notices, own, remote, this::known);
        this.received = new ReceivedMessages(context, directory, cluster, directories, served, wiring);
        directory.joins(own, remote);
        groups.joins(this);
    }

    void join() {
        messages.carriedBy(this);
        cluster.join();
    }

    /** Tells others that this node stops. Waits a second at most. */
    void leave() {
        cluster.leave();
        if (threads != null) {
            threads.awaitPublished(GOODBYE);
        }
    }

    /** Leaves, and ends what it runs. Waits a second at most. */
    @Override
    public void close() {
        leave();
        cluster.close();
        nodes.values().forEach(node -> fail(node.calls, "this node stops"));
        if (threads != null) {
            threads.close();
        }
    }

    // ---- out

    void event(Addressees addressees, String event, @Nullable String key, XyPayload payload) {
        cluster.sendToAll(() -> ClusterLines.event(addressees, event, key, payload));
    }

    /** Calls members of other nodes; the payload goes to each node once. */
    <T> List<CompletableFuture<T>> callMany(
            List<RemoteMember> members,
            String function,
            XyPayload payload,
            XyType<T> type,
            Duration timeout,
            Executor completer) {
        List<CompletableFuture<T>> futures = new ArrayList<>();
        Map<OutgoingCalls, List<PromisedCall<T>>> byNode = new LinkedHashMap<>();
        Duration limited = ThisThread.onOutgoingCall(timeout);
        for (RemoteMember member : members) {
            OutgoingCalls calls = member.node.calls;
            PromisedCall<T> call = calls.promise(function, member.id(), type, completer);
            futures.add(call.future);
            if (calls.register(call, limited)) {
                byNode.computeIfAbsent(calls, key -> new ArrayList<>()).add(call);
            }
        }
        byNode.forEach((calls, pending) -> {
            Message message = ClusterLines.many(pending, function, payload);
            boolean isTooLarge = cluster.isTooLarge(message);
            if (isTooLarge) {
                pending.forEach(RemoteWire::refuseAsTooLarge);
            }
            if (isTooLarge || !cluster.send(calls.peer, message)) {
                pending.forEach(calls::unsent);
            }
        });
        return futures;
    }

    /** @param change {@code join} or {@code leave} */
    CompletableFuture<Boolean> changeGroup(String change, String memberId, String group) {
        RemoteMember member = remote.find(memberId);
        if (member == null) {
            return CompletableFuture.failedFuture(Groups.noMember(memberId));
        }
        return member.node.calls.changeGroup(
                memberId, change, group, context.timeouts().call());
    }

    @Override
    public String node() {
        return directory.node;
    }

    @Override
    public CompletableFuture<String> ask(String id, String about, String text) {
        RemoteNode node = nodes.get(id);
        return node == null
                ? CompletableFuture.failedFuture(new XyNotConnectedException("There is no such node"))
                : node.calls.ask(about, text, context.timeouts().call());
    }

    @Override
    public void tell(String about, String text) {
        var unused = cluster.send(null, ClusterLines.notice(about, text));
    }

    /** The members are about to be disconnected. */
    void announceStop(Duration returnWindow) {
        directories.announceStop(returnWindow);
    }

    // ---- in, on the cluster's thread

    @Override
    public void message(String from, String kind, byte[] bytes, int start, int length, long madeAt) {
        RemoteNode node = nodes.get(from);
        if (node != null) {
            received.message(node, kind, bytes, start, length, madeAt);
        }
    }

    @Override
    public void refuse(String from, String kind, byte[] bytes, int start, int length) {
        received.refuse(from, kind, bytes, start, length);
    }

    // ---- nodes

    @Override
    public void appendHeartbeat(JsonBuffer heartbeat) {
        directories.appendTo(heartbeat);
    }

    @Override
    public void joined(String id) {
        var unused = end(id, "node " + id + " has come back", listener -> {});
        nodes.put(id, new RemoteNode(id, calls(id)));
        logChange(id, "has joined the cluster");
    }

    /** Its members are listed, so that a listener finds those for whom there is no notice, as they were there before. */
    private void known(RemoteNode node) {
        notifyEach(listener -> listener.joined(node.id));
    }

    private OutgoingCalls calls(String id) {
        OutgoingCalls calls =
                new OutgoingCalls(id, context, count -> {}, MAX_PENDING_CALLS, new RemoteWire(cluster, id));
        calls.startIdsAt(ThreadLocalRandom.current().nextLong(1L << 50)); // answers to an earlier one's are not its
        return calls;
    }

    @Override
    public void lost(String id) {
        int members = end(id, "node " + id + " is silent", listener -> listener.lost(id));
        logChange(id, "is lost: nothing has been heard from it. Members gone: " + members);
    }

    @Override
    public void left(String id) {
        int members = end(id, "node " + id + " has stopped", listener -> listener.left(id));
        logChange(id, "has left the cluster. Members gone: " + members);
    }

    private void logChange(String id, String what) {
        if (nodeLines.tryAcquire()) {
            String more = nodeLines.takeSuppressed("more changes of nodes");
            LogText.quietly(() -> log.info("Node {} {}{}", id, what, more));
        }
    }

    /**
     * Returns how many members it had.
     *
     * @param notice for listeners that have been told that it has joined
     */
    private int end(String id, String why, Consumer<XyClusterListener> notice) {
        RemoteNode node = nodes.remove(id);
        if (node == null) {
            return 0;
        }
        int members = directories.ended(node);
        fail(node.calls, why);
        served.cancelAll(id);
        if (node.isKnown) {
            notifyEach(notice);
        }
        return members;
    }

    private static void fail(OutgoingCalls calls, String why) {
        calls.onEnding(1006, why);
        calls.disconnected();
    }

    @Override
    public void gap(String id, long events) {
        notifyEach(listener -> listener.gap(id, events));
    }

    @Override
    public void cutOff(String why) {
        for (RemoteNode node : nodes.values()) {
            OutgoingCalls former = node.calls;
            node.calls = calls(node.id);
            fail(former, "this node is cut off from the cluster");
        }
        notifyEach(XyClusterListener::cutOff);
        LogText.quietly(() -> log.warn(
                "Cut off from the cluster: {}. This node serves its own peers; calls to members of other nodes fail with"
                        + " 503",
                why));
    }

    @Override
    public void connected() {
        notifyEach(XyClusterListener::connected);
        LogText.quietly(() -> log.info("Connected to the cluster as node {}", directory.node));
    }

    private void notifyEach(Consumer<XyClusterListener> notice) {
        if (listeners.isEmpty()) {
            return;
        }
        notifier.execute(() -> {
            for (XyClusterListener listener : listeners) {
                try {
                    notice.accept(listener);
                } catch (Throwable t) {
                    LogText.quietly(() -> log.error("A listener of the cluster failed", LogText.of(t)));
                }
            }
        });
    }

    XyClusterStatistics statistics() {
        long pending =
                nodes.values().stream().mapToLong(node -> node.calls.size()).sum();
        return cluster.statistics(remote.size(), pending, served.size(), received.unknown());
    }

    @Override
    public String toString() {
        StringBuilder text =
                new StringBuilder("ClusterNode[" + directory.node + " at " + own.version() + ", " + cluster);
        nodes.forEach((id, node) -> text.append(", ").append(id).append(" at ").append(node.version));
        return text.append("]").toString();
    }
}
