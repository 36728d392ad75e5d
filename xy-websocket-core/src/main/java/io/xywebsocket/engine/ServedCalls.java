package io.xywebsocket.engine;

import io.xywebsocket.XyCallTimeoutException;
import io.xywebsocket.XyException;
import io.xywebsocket.XyGroups;
import io.xywebsocket.XyInternals;
import io.xywebsocket.XyNotConnectedException;
import io.xywebsocket.XyPayload;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyType;
import io.xywebsocket.cluster.Cluster;
import io.xywebsocket.cluster.Message;
import io.xywebsocket.cluster.MessageLine;
import io.xywebsocket.cluster.NodeMessages;
import io.xywebsocket.protocol.JsonBuffer;
import io.xywebsocket.protocol.MalformedFrameException;
import io.xywebsocket.untrusted.Thrown;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Calls of other nodes to peers of this one: made, answered and cancelled. Each ends with the call to the peer, which
 * has the caller's deadline.
 */
final class ServedCalls {

    private static final XyType<XyPayload> RAW = XyType.of(XyPayload.class);

    /** @param id as JSON text, unique for the node */
    private record Key(String node, String id) {}

    private final EngineContext context;
    private final Cluster cluster;
    private final Peers peers;
    private final XyGroups groups;
    private final Map<Key, CompletableFuture<XyPayload>> running = new ConcurrentHashMap<>();

    ServedCalls(EngineContext context, Cluster cluster, Peers peers, XyGroups groups) {
        this.context = context;
        this.cluster = cluster;
        this.peers = peers;
        this.groups = groups;
    }

    void call(String node, MessageLine line) throws MalformedFrameException {
        XyPayload payload = XyInternals.payload(line.json("p"), context.codec().json);
        call(node, id(line), line.text("m"), line.text("n"), payload, line.timeLeft(context.clock()));
    }

    void callMany(String node, MessageLine line) throws MalformedFrameException {
        List<String> idsByMember = idsByMember(line);
        String function = line.text("n");
        byte[] payload = line.json("p");
        for (int i = 0; i + 1 < idsByMember.size(); i += 2) {
            Duration left = line.timeLeft(context.clock()); // interceptors of the one before may have taken some
            call(
                    node,
                    idsByMember.get(i + 1),
                    idsByMember.get(i),
                    function,
                    XyInternals.payload(payload, context.codec().json),
                    left);
        }
    }

    /** Returns the members, each followed by the id of its call as JSON text. */
    private static List<String> idsByMember(MessageLine line) throws MalformedFrameException {
        List<String> idsByMember = line.texts("ms");
        for (int i = 1; i < idsByMember.size(); i += 2) {
            String id = '"' + idsByMember.get(i) + '"';
            if (!PendingCalls.isId(id)) {
                throw new MalformedFrameException("not ids of calls");
            }
            idsByMember.set(i, id);
        }
        return idsByMember;
    }

    /** There is no room for a call, or for a call to many. From any thread. */
    void refuse(String node, String kind, MessageLine line) throws MalformedFrameException {
        if (!kind.equals("many")) {
            refuse(node, id(line), line.text("n"));
            return;
        }
        List<String> idsByMember = idsByMember(line);
        for (int i = 1; i < idsByMember.size(); i += 2) {
            refuse(node, idsByMember.get(i), line.text("n"));
        }
    }

    private void refuse(String node, String id, String function) {
        context.counters().refusedCalls.increment();
        answer(node, "rej", id, function, context.codec().errors.rejection(function, new XyException(503, "Too busy")));
    }

    private static String id(MessageLine line) throws MalformedFrameException {
        String id = line.raw("id");
        if (id == null || !PendingCalls.isId(id)) {
            throw new MalformedFrameException("not the id of a call");
        }
        return id;
    }

    /** A call whose caller has given up is not begun, nor answered: the caller has the same deadline. */
    private static boolean isOver(Duration left) {
        return left.isZero() || left.isNegative();
    }

    private void call(String node, String id, String member, String function, XyPayload payload, Duration left) {
        if (isOver(left)) {
            return;
        }
        ConnectionPeer peer = peers.get(member);
        if (peer == null) {
            answer(node, "gone", id, function, null);
            return;
        }
        Key key = new Key(node, id);
        CompletableFuture<XyPayload> call;
        try {
            call = peer.call(function, payload, RAW, left, completer(peer));
        } catch (RuntimeException e) {
            answer(node, "rej", id, function, context.codec().errors.rejection(function, e));
            return;
        }
        running.put(key, call);
        call.whenComplete((value, error) -> {
            running.remove(key, call);
            if (!call.isCancelled()) {
                answer(node, id, function, value, error);
            }
        });
    }

    /** Interceptors may run code of the application when a call completes, which must not hold up the reading thread. */
    private Executor completer(ConnectionPeer peer) {
        return context.interceptors() == null ? Runnable::run : peer.connection.calls.completer();
    }

    private void answer(
            String node, String id, String function, @Nullable XyPayload value, @Nullable Throwable thrown) {
        if (thrown == null) {
            answer(node, "ans", id, function, value == null ? null : XyInternals.json(value));
            return;
        }
        Throwable error = Thrown.unwrap(thrown);
        if (error instanceof XyNotConnectedException) {
            answer(node, "gone", id, function, null);
        } else if (!(error instanceof XyCallTimeoutException)) { // the caller has the same deadline
            answer(node, "rej", id, function, context.codec().errors.rejection(function, error));
        }
    }

    /** The caller waits: an answer for which there is no room is replaced by a rejection, for which there is more. */
    private void answer(String node, String kind, String id, String function, byte @Nullable [] payload) {
        Message answer = ClusterLines.answer(kind, id, payload);
        if (cluster.send(node, answer)) {
            return;
        }
        boolean isTooLarge = cluster.isTooLarge(answer);
        if (kind.equals("ans") || isTooLarge) {
            String what = kind.equals("ans") ? "' has run, but its answer " : "' has failed, but its error ";
            XyException why = isTooLarge
                    ? new XyException(
                            413, "'" + function + what + "is too large for its node, see cluster.publish-buffer-size")
                    : new XyException(503, "'" + function + what + "could not be sent: its node is too busy");
            var unused = cluster.send(
                    node, ClusterLines.answer("rej", id, context.codec().errors.rejection(function, why)));
        }
    }

    void cancel(String node, MessageLine line) throws MalformedFrameException {
        CompletableFuture<XyPayload> call = running.remove(new Key(node, id(line)));
        if (call != null) {
            call.cancel(false);
        }
    }

    /** A node has ended: nobody waits for its calls. */
    void cancelAll(String node) {
        running.forEach((key, call) -> {
            if (key.node.equals(node) && running.remove(key, call)) {
                call.cancel(false);
            }
        });
    }

    /** Lets a peer join or leave a group for another node. */
    void changeGroup(String node, MessageLine line) throws MalformedFrameException {
        String id = id(line);
        String group = line.text("p");
        boolean joins = line.text("n").equals("join");
        if (!joins && !line.text("n").equals("leave")) {
            throw new MalformedFrameException("neither join nor leave");
        }
        Predicate<XyPeer> change = peer -> joins ? groups.join(peer, group) : groups.leave(peer, group);
        if (isOver(line.timeLeft(context.clock()))) {
            return;
        }
        ConnectionPeer peer = peers.get(line.text("m"));
        if (peer == null) {
            answer(node, "gone", id, "groups", null);
            return;
        }
        try {
            answer(node, "ans", id, "groups", String.valueOf(change.test(peer)).getBytes(StandardCharsets.US_ASCII));
        } catch (RuntimeException e) {
            answer(node, "rej", id, "groups", context.codec().errors.rejection("groups", e));
        }
    }

    /** Answers what a node asks this one. */
    void answer(String node, MessageLine line, NodeMessages messages) throws MalformedFrameException {
        String id = id(line);
        if (isOver(line.timeLeft(context.clock()))) {
            return;
        }
        String answer;
        try {
            answer = messages.onQuestion(line.text("n"), line.text("p"));
        } catch (RuntimeException e) {
            answer(node, "rej", id, "ask", context.codec().errors.rejection("ask", e));
            return;
        }
        answer(
                node,
                answer == null ? "gone" : "ans",
                id,
                "ask",
                answer == null ? null : new JsonBuffer().appendQuoted(answer).toByteArray());
    }

    /** The number of calls that run. */
    int size() {
        return running.size();
    }
}
