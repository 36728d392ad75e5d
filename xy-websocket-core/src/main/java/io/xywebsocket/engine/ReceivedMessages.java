package io.xywebsocket.engine;

import io.xywebsocket.XyException;
import io.xywebsocket.XyInternals;
import io.xywebsocket.XyLimits;
import io.xywebsocket.XyNotConnectedException;
import io.xywebsocket.XyPayload;
import io.xywebsocket.cluster.Cluster;
import io.xywebsocket.cluster.MessageLine;
import io.xywebsocket.cluster.NodeMessages;
import io.xywebsocket.protocol.MalformedFrameException;
import io.xywebsocket.transport.CloseCodes;
import io.xywebsocket.untrusted.LogText;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles the messages of other nodes: on the cluster's thread, or on the executor, still one after the other, those that
 * may run interceptors.
 */
final class ReceivedMessages {

    private static final Logger log = LoggerFactory.getLogger(ReceivedMessages.class);

    /** The kinds that may run interceptors, and those that must not overtake them. */
    private static final Set<String> INTERCEPTED = Set.of("ev", "send", "call", "many", "cancel", "close");

    private static final Set<String> HAS_PAYLOAD = Set.of("ev", "send", "call", "many", "group");

    /** The memory that a waiting message takes beside its text. */
    private static final int TASK_BYTES = 300;

    /** The longest time to return that a node can announce. */
    private static final long MAX_RETURN_MILLIS = 60_000;

    private final EngineContext context;
    private final Directory directory;
    private final Cluster cluster;
    private final NodeDirectories directories;
    private final ServedCalls served;
    private final NodeMessages messages;

    /** Runs what may run code of the application. */
    private final BoundedSerialExecutor applicationTasks;

    private final LongAdder unknown = new LongAdder();

    ReceivedMessages(
            EngineContext context,
            Directory directory,
            Cluster cluster,
            NodeDirectories directories,
            ServedCalls served,
            ClusterWiring wiring) {
        this.context = context;
        this.directory = directory;
        this.cluster = cluster;
        this.directories = directories;
        this.served = served;
        this.messages = wiring.messages();
        this.applicationTasks =
                new BoundedSerialExecutor(context.tasks(), wiring.settings().inboxSize());
    }

    /** Returns how many were not understood. */
    long unknown() {
        return unknown.sum();
    }

    /** Handles a message, see {@link io.xywebsocket.cluster.ClusterPort#message}. */
    void message(RemoteNode node, String kind, byte[] bytes, int start, int length, long madeAt) {
        try {
            if (kind.equals("group") || (context.interceptors() != null && INTERCEPTED.contains(kind))) {
                byte[] own = Arrays.copyOfRange(bytes, start, start + length); // the frame's array may be much larger
                handleOnExecutor(node, kind, MessageLine.read(own, 0, length, madeAt), length);
            } else {
                handle(node, kind, MessageLine.read(bytes, start, length, madeAt));
            }
        } catch (MalformedFrameException | XyException | IllegalArgumentException e) {
            onUnreadable(node.id, e);
        }
    }

    private void onUnreadable(String from, Exception why) {
        unknown.increment();
        if (log.isDebugEnabled()) { // there may be many
            LogText.quietly(() -> log.debug("A message of node {} can't be read", from, LogText.of(why)));
        }
    }

    private void handleOnExecutor(RemoteNode node, String kind, MessageLine line, int length)
            throws MalformedFrameException {
        boolean queued = applicationTasks.offer(length + TASK_BYTES, HAS_PAYLOAD.contains(kind), () -> {
            try {
                handle(node, kind, line);
            } catch (MalformedFrameException | RuntimeException e) {
                onUnreadable(node.id, e);
            }
        });
        if (queued) {
            return;
        }
        if (kind.equals("ev") || kind.equals("send")) {
            cluster.countLost(node.id);
        } else {
            served.refuse(node.id, kind, line);
        }
    }

    /** Answers a call for which there is no room. From any thread. */
    void refuse(String from, String kind, byte[] bytes, int start, int length) {
        try {
            served.refuse(from, kind, MessageLine.read(bytes, start, length, 0));
        } catch (MalformedFrameException e) {
            onUnreadable(from, e);
        }
    }

    private void handle(RemoteNode node, String kind, MessageLine line) throws MalformedFrameException {
        switch (kind) {
            case "ev" -> deliver(line);
            case "send" -> deliverToMember(line);
            case "call" -> served.call(node.id, line);
            case "many" -> served.callMany(node.id, line);
            case "ask" -> served.answer(node.id, line, messages);
            case "tell" -> {
                if (!messages.onNotice(line.text("n"), line.text("p"))) {
                    unknown.increment();
                }
            }
            case "cancel" -> served.cancel(node.id, line);
            case "group" -> served.changeGroup(node.id, line);
            case "ans" -> settle(node, line, new PendingCall.Answered(line.json("p")));
            case "rej" -> settle(node, line, new PendingCall.Rejected(line.json("p")));
            case "gone" ->
                settle(node, line, new PendingCall.Failed(() -> new XyNotConnectedException("The member has gone")));
            case "close" -> close(line);
            case "up", "dn", "jn", "lv", "who" -> directories.change(node, kind, line);
            case "hb" -> directories.heartbeat(node, line);
            case "sync" -> directories.sendAll(node);
            case "snap" -> directories.beginSnapshot(node, line);
            case "is" -> directories.continueSnapshot(node, line);
            case "lg" -> directories.lingers(node, line);
            case "stop" -> node.returnMillis = Math.min(line.number("back"), MAX_RETURN_MILLIS);
            default -> unknown.increment();
        }
    }

    private void deliver(MessageLine line) throws MalformedFrameException {
        Addressees addressees = line.has("g")
                ? Addressees.groups(line.texts("g").toArray(String[]::new))
                : line.has("u") ? Addressees.users(line.texts("u").toArray(String[]::new)) : Addressees.EVERYBODY;
        Audience audience = Audience.of(
                context, directory, null, addressees.withoutIds(line.texts("x").toArray(String[]::new)));
        if (!audience.isEmptyHere()) {
            var unused = audience.sendHere(XyLimits.checkedName(line.text("n")), payload(line), line.textOrNull("key"));
        }
    }

    private void deliverToMember(MessageLine line) throws MalformedFrameException {
        ConnectionPeer peer = directory.peers.get(line.text("m"));
        if (peer != null) {
            String key = line.textOrNull("key");
            var unused = key == null
                    ? peer.send(line.text("n"), payload(line))
                    : peer.sendLatest(line.text("n"), key, payload(line));
        }
    }

    private XyPayload payload(MessageLine line) {
        return XyInternals.payload(line.json("p"), context.codec().json);
    }

    private static void settle(RemoteNode node, MessageLine line, PendingCall.Outcome outcome) {
        var unused = node.calls.settle(line.raw("id"), outcome);
    }

    private void close(MessageLine line) throws MalformedFrameException {
        ConnectionPeer peer = directory.peers.get(line.text("m"));
        int code = (int) Math.min(line.number("c"), Integer.MAX_VALUE);
        if (peer != null && CloseCodes.canBeSent(code)) {
            String reason = line.textOrNull("r");
            peer.close(code, reason == null ? "" : reason);
        }
    }
}
