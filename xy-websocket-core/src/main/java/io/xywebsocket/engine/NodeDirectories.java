package io.xywebsocket.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.xywebsocket.cluster.Cluster;
import io.xywebsocket.cluster.Message;
import io.xywebsocket.cluster.MessageLine;
import io.xywebsocket.protocol.JsonBuffer;
import io.xywebsocket.protocol.MalformedFrameException;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the members of other nodes as those nodes list them: applies their changes, asks for all members when some changes
 * are missing, and sends this node's own. On the cluster's thread, but for what goes out.
 */
final class NodeDirectories {

    /** The time after which a directory that has not come is asked for again. */
    private static final Duration SNAPSHOT_TIMEOUT = Duration.ofSeconds(2);

    /** The shortest time between two directories for one node; less than that between heartbeats, at each of which it may ask. */
    private static final Duration SNAPSHOT_INTERVAL = Duration.ofMillis(500);

    /** The longest time that a user can be said to linger. */
    private static final long MAX_LINGER_MILLIS = Duration.ofHours(1).toMillis();

    private static final int MAX_KNOWN_BEFORE = 1000;

    private final EngineContext context;
    private final Cluster cluster;
    private final PresenceNotices notices;
    private final OwnMembers own;
    private final RemoteMembers remote;
    private final Consumer<RemoteNode> known;
    private final long startedAt;

    /** The announced time for members to return; zero if the stop was taken back, null if none was announced. */
    @GuardedBy("this")
    private @Nullable Duration announcedStop;

    /** Nodes that were lost, and whose members listeners have heard of. */
    private final Set<String> knownBefore = Collections.newSetFromMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > MAX_KNOWN_BEFORE;
        }
    });

    /** @param known told of each node once its members are listed */
    NodeDirectories(
            EngineContext context,
            Cluster cluster,
            PresenceNotices notices,
            OwnMembers own,
            RemoteMembers remote,
            Consumer<RemoteNode> known) {
        this.context = context;
        this.cluster = cluster;
        this.notices = notices;
        this.own = own;
        this.remote = remote;
        this.known = known;
        this.startedAt = context.clock().nanoTime();
    }

    /** Adds what others need to know whether they have missed a change. From any thread. */
    void appendTo(JsonBuffer heartbeat) {
        ClusterLines.number(heartbeat, "v", own.version());
        ClusterLines.number(heartbeat, "age", age());
    }

    private long age() {
        return (context.clock().nanoTime() - startedAt) / 1_000_000;
    }

    /**
     * A member has changed.
     *
     * @param kind {@code up}, {@code dn}, {@code jn}, {@code lv} or {@code who}
     */
    void change(RemoteNode node, String kind, MessageLine line) throws MalformedFrameException {
        if (node.version == RemoteNode.UNKNOWN) {
            return; // all members come soon
        }
        node.version++;
        if (kind.equals("up")) {
            remote.add(remote.read(node, line), false);
            return;
        }
        RemoteMember member = remote.find(line.text("m"));
        if (member == null || member.node != node) {
            return;
        }
        switch (kind) {
            case "dn" -> remote.remove(member, (int) line.number("c"));
            case "jn" -> remote.join(member, line.name("g"));
            case "lv" -> remote.leave(member, line.text("g"));
            default -> remote.identify(member, line.nameOrNull("u"));
        }
    }

    void heartbeat(RemoteNode node, MessageLine line) {
        if (!node.isHeard) {
            node.isHeard = true;
            node.wasHereBefore = line.number("age") > age();
        }
        long version = line.number("v");
        if (version != node.version) {
            ask(node);
        }
        remote.repeatCloses(node);
    }

    private void ask(RemoteNode node) {
        long now = context.clock().nanoTime();
        if (node.askedAt == 0 || now - node.askedAt > SNAPSHOT_TIMEOUT.toNanos()) {
            node.askedAt = now == 0 ? 1 : now;
            var unused = cluster.send(node.id, ClusterLines.end(Message.Kind.VITAL, ClusterLines.begin("sync")));
        }
    }

    void beginSnapshot(RemoteNode node, MessageLine line) {
        node.beginSnapshot(line.number("v"), line.number("size"));
        endSnapshot(node);
    }

    void continueSnapshot(RemoteNode node, MessageLine line) throws MalformedFrameException {
        List<RemoteMember> snapshot = node.snapshot;
        if (snapshot == null) {
            return;
        }
        try {
            snapshot.add(remote.read(node, line));
        } catch (MalformedFrameException e) {
            node.snapshotSize--; // the others are members all the same
            throw e;
        } finally {
            endSnapshot(node);
        }
    }

    private void endSnapshot(RemoteNode node) {
        List<RemoteMember> snapshot = node.snapshot;
        if (snapshot != null && snapshot.size() >= node.snapshotSize) {
            node.snapshot = null;
            node.askedAt = 0;
            node.version = node.snapshotVersion;
            node.isNoNews = node.wasHereBefore && !node.isKnown && !knownBefore.contains(node.id);
            remote.replaceAll(node, snapshot, node.isNoNews);
            if (!node.isKnown) {
                node.isKnown = true;
                known.accept(node);
            }
        }
    }

    /** The members are about to be disconnected. Zero takes it back. */
    synchronized void announceStop(Duration returnWindow) {
        announcedStop = returnWindow;
        var unused = cluster.send(null, ClusterLines.stop(returnWindow));
    }

    /** Sends this node's members to one that asks. One that asks again too soon has to ask once more. */
    void sendAll(RemoteNode node) {
        long now = context.clock().nanoTime();
        if (node.answeredAt == 0 || now - node.answeredAt >= SNAPSHOT_INTERVAL.toNanos()) {
            node.answeredAt = now == 0 ? 1 : now;
            repeatStop(node);
            own.sendAllTo(node.id, notices::lingeringUsers);
        }
    }

    private synchronized void repeatStop(RemoteNode node) {
        if (announcedStop != null) {
            var unused = cluster.send(node.id, ClusterLines.stop(announcedStop));
        }
    }

    void lingers(RemoteNode node, MessageLine line) throws MalformedFrameException {
        if (node.isNoNews) {
            Duration left = Duration.ofMillis(Math.min(line.number("t"), MAX_LINGER_MILLIS));
            notices.userWasLingering(line.name("u"), left);
        }
    }

    /** A node has ended: so have its members. Returns how many. */
    int ended(RemoteNode node) {
        if (node.isKnown) {
            knownBefore.add(node.id);
        }
        return remote.removeAll(node);
    }
}
