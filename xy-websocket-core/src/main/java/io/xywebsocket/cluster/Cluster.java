package io.xywebsocket.cluster;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.xywebsocket.XyClock;
import io.xywebsocket.concurrent.LogThrottle;
import io.xywebsocket.protocol.JsonBuffer;
import io.xywebsocket.protocol.MalformedFrameException;
import io.xywebsocket.untrusted.LogText;
import java.time.Duration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node among the others: it publishes messages and hands on theirs, finds out who is there, and whether it hears
 * itself. Thread-safe.
 */
public final class Cluster implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Cluster.class);

    /** After this time a node is asked again for frames that are missing: the request may be lost, too. */
    private static final Duration REPAIR_INTERVAL = Duration.ofMillis(250);

    /** How many nodes that have gone are remembered, so that nothing of them is taken twice. */
    private static final int MAX_GONE = 1000;

    /** How many other nodes there may be; frames of further ones are ignored. */
    private static final int MAX_LIVING = 1000;

    private final XyClusterSettings settings;
    private final String node;
    private final XyBus bus;
    private final XyClock clock;
    private final ClusterPort port;
    private final Publisher publisher;
    private final Inbox inbox;
    private final ClusterCounters counters = new ClusterCounters();
    private final String ownChannel;
    private final ForeignFrames foreign;
    private final OwnEcho echo;
    private final LogThrottle failures;

    /** When each living node was last heard, of the clock. */
    private final Map<String, Long> heard = new ConcurrentHashMap<>();

    // confined to the inbox
    private final Map<String, NodeStream> streams = new LinkedHashMap<>();

    /** The nodes that have said that they stop. */
    private final Set<String> left = new HashSet<>();

    /** What the port has been told. */
    private OwnEcho.State told = OwnEcho.State.CONNECTING;

    @GuardedBy("this")
    private boolean hasJoined;

    @GuardedBy("this")
    private boolean closed;

    @GuardedBy("this")
    private XyClock.@Nullable Timer nextBeat;

    /**
     * @param in   runs one task at a time: what the port is told
     * @param out  runs one task at a time, which the bus may block
     */
    public Cluster(NodeSetup setup, Executor in, Executor out, ClusterPort port) {
        this.settings = setup.settings();
        this.node = setup.node();
        this.bus = setup.bus();
        this.clock = setup.clock();
        this.port = port;
        this.ownChannel = setup.ownChannel();
        this.foreign = new ForeignFrames(settings, clock, counters);
        this.echo = new OwnEcho(clock, settings.echoTimeout());
        this.failures = new LogThrottle(clock);
        this.publisher = new Publisher(setup, out, counters);
        this.inbox = new Inbox(settings.inboxSize(), in, this::handle, this::refuse, this::onFailure);
    }

    /**
     * Connects to the others, now or as soon as the bus can be reached, and again after {@link #leave}. Does not wait;
     * does nothing if this is connected or closed.
     */
    public void join() {
        boolean first;
        synchronized (this) {
            if (closed || (hasJoined && !echo.isStopped())) {
                return;
            }
            first = !hasJoined;
            hasJoined = true;
            echo.start();
        }
        if (first) {
            bus.open(Set.of(settings.allChannel(), ownChannel), this::frame);
            scheduleBeat();
        } else {
            renew();
        }
        publisher.resume();
    }

    private void renew() {
        try {
            bus.renew();
        } catch (Throwable t) { // the bus is the application's too
            onFailure(t);
        }
    }

    private synchronized void scheduleBeat() {
        nextBeat = closed ? null : clock.schedule(this::beat, settings.heartbeat());
    }

    /**
     * Sends a message.
     *
     * @param to null for all other nodes
     * @return false if it is not queued, as there is no room or, for a call, no connection
     */
    public boolean send(@Nullable String to, Message message) {
        if (message.kind == Message.Kind.CALL && (isCutOff() || publisher.isStuck())) {
            return false;
        }
        return publisher.add(to, message);
    }

    /** Returns whether a message is larger than what may wait to be published, so that it can never be sent. */
    public boolean isTooLarge(Message message) {
        return publisher.isTooLarge(message);
    }

    /** Sends an event to all other nodes, if there are any. */
    public void sendToAll(Supplier<Message> event) {
        if (heard.isEmpty()) {
            publisher.countUnsent();
        } else {
            publisher.add(null, event.get());
        }
    }

    /** Counts an event of another node for which this one has no room; told after its frame. On the inbox's thread. */
    public void countLost(String from) {
        NodeStream stream = streams.get(from);
        if (stream != null) {
            stream.countLost();
        }
    }

    /** Returns whether this node doesn't hear itself. */
    public boolean isCutOff() {
        return !echo.isConnected();
    }

    // ---- from the bus

    private void frame(String channel, byte[] bytes) {
        try {
            boolean own = channel.equals(ownChannel);
            ReceivedFrame frame = ReceivedFrame.parse(bytes, own, node, clock.nanoTime());
            if (foreign.isForeign(frame)) {
                return;
            }
            if (frame.from.equals(node)) {
                onEcho(frame);
            } else {
                heard.computeIfPresent(frame.from, (key, at) -> clock.nanoTime());
                inbox.add(frame);
            }
        } catch (MalformedFrameException e) {
            foreign.onMalformed(channel, e);
        } catch (Throwable t) { // the bus is the application's too
            onFailure(t);
        }
    }

    private void onFailure(Throwable failure) {
        if (failures.tryAcquire()) {
            String more = failures.takeSuppressed("more failures");
            LogText.quietly(() -> log.error("What another node has sent was not handled{}", more, LogText.of(failure)));
        }
    }

    /** There is no room for a frame: its events are lost, and its calls are answered at once. */
    private void refuse(ReceivedFrame frame) {
        frame.removeEventsAndCalls((kind, bytes, start, length) -> port.refuse(frame.from, kind, bytes, start, length));
    }

    private void onEcho(ReceivedFrame frame) {
        if (echo.onHeard()) {
            heard.replaceAll((other, at) -> clock.nanoTime());
            inbox.execute(this::tellConnection);
            heartbeat();
        }
        if (frame.own) {
            frame.visit((kind, bytes, start, length) -> {
                MessageLine line = kind.equals("echo") ? read(bytes, start, length) : null;
                if (line != null) {
                    publisher.onEcho(line.number("n"));
                }
            });
        }
    }

    private static @Nullable MessageLine read(byte[] bytes, int start, int length) {
        try {
            return MessageLine.read(bytes, start, length, 0);
        } catch (MalformedFrameException e) {
            return null;
        }
    }

    // ---- on the inbox's thread

    /** The connection may have come back before the port heard of its loss; then it hears of neither. */
    private void tellConnection() {
        OwnEcho.State now = echo.state();
        if (now != told) {
            told = now;
            if (now == OwnEcho.State.CONNECTED) {
                port.connected();
            } else {
                String why = whyCutOff();
                publisher.dropCalls();
                port.cutOff(why);
            }
        }
    }

    private String whyCutOff() {
        String trouble = publisher.trouble();
        if (trouble != null) {
            return trouble;
        }
        Throwable failure;
        try {
            failure = bus.subscriptionFailure();
        } catch (Throwable t) { // the bus is the application's too
            failure = t;
        }
        return failure == null
                ? "publishing works, but nothing is received"
                : "subscribing fails: " + FailureText.of(failure);
    }

    private void handle(ReceivedFrame frame) {
        if (heard.size() >= MAX_LIVING && !heard.containsKey(frame.from)) {
            return;
        }
        NodeStream stream = streams.computeIfAbsent(
                frame.from, from -> new NodeStream(from, ordered -> handOn(from, ordered), counters));
        if (left.contains(frame.from)) {
            if (!stream.isNew(frame)) {
                return; // was under way when the node left
            }
            left.remove(frame.from);
        }
        onHeard(frame.from);
        if (frame.number == 0) {
            frame.visit((kind, bytes, start, length) -> handleUnnumbered(stream, kind, bytes, start, length));
        } else {
            stream.accept(frame);
        }
        afterChange(stream);
    }

    private void onHeard(String from) {
        if (heard.put(from, clock.nanoTime()) == null) {
            forgetOldStreams();
            port.joined(from);
        }
    }

    private void forgetOldStreams() {
        Iterator<String> oldest = streams.keySet().iterator();
        while (streams.size() > MAX_GONE && oldest.hasNext()) {
            String other = oldest.next();
            if (!heard.containsKey(other)) {
                oldest.remove();
                left.remove(other);
            }
        }
    }

    private void handleUnnumbered(NodeStream stream, String kind, byte[] bytes, int start, int length) {
        MessageLine line = read(bytes, start, length);
        if (line == null) {
            return;
        }
        boolean own = "true".equals(line.raw("own"));
        if (kind.equals("again")) {
            publisher.again(stream.node, own, line.number("from"), line.number("to"));
        } else if (kind.equals("lost")) {
            stream.onLost(own, line.number("to"), line.number("ev"));
        }
    }

    private void handOn(String from, ReceivedFrame frame) {
        frame.visit((kind, bytes, start, length) -> {
            if (kind.equals("bye")) {
                left.add(from);
                if (heard.remove(from) != null) {
                    port.left(from);
                }
            } else {
                if (left.remove(from)) { // it has come back, and this was published behind its goodbye
                    onHeard(from);
                }
                try {
                    port.message(from, kind, bytes, start, length, frame.madeAt);
                } catch (Throwable t) {
                    onFailure(t);
                }
            }
        });
    }

    private void afterChange(NodeStream stream) {
        if (stream.earlyBytes() > settings.inboxSize()) {
            stream.giveUp();
        }
        if (stream.isBehind()) {
            if (!stream.isRepairing()) {
                repair(stream);
            }
        } else {
            stream.onRepaired();
        }
        tellLost(stream);
    }

    private void tellLost(NodeStream stream) {
        long lost = stream.takeLostEvents();
        if (lost > 0) {
            port.gap(stream.node, lost);
        }
    }

    /** Asks for what is missing, again and again, for as long as an event waits for the bus. */
    private void repair(NodeStream stream) {
        stream.beginRepair(clock.nanoTime());
        stream.askForMissing((own, from, to) -> publisher.ask(stream.node, own, from, to));
        long since = stream.repairSince();
        clock.schedule(() -> inbox.execute(() -> checkRepair(stream, since)), REPAIR_INTERVAL);
    }

    private void checkRepair(NodeStream stream, long since) {
        if (!stream.isBehind() || !stream.isRepairing() || stream.repairSince() != since) {
            return;
        }
        if (clock.nanoTime() - since < settings.outage().toNanos()) {
            repair(stream);
        } else {
            giveUp(stream);
        }
    }

    private void giveUp(NodeStream stream) {
        stream.giveUp();
        tellLost(stream);
    }

    // ---- on the clock's thread

    private void beat() {
        synchronized (this) {
            if (closed) {
                return;
            }
        }
        scheduleBeat();
        if (echo.isStopped()) {
            return;
        }
        heartbeat();
        checkEcho();
        if (!isCutOff()) {
            checkNodes();
        }
    }

    private void heartbeat() {
        JsonBuffer heartbeat = new JsonBuffer();
        heartbeat.append("{\"k\":\"hb\"");
        port.appendHeartbeat(heartbeat);
        heartbeat.append("}");
        publisher.add(null, new Message(Message.Kind.HEARTBEAT, heartbeat.toByteArray(), Message.Kind.HEARTBEAT));
    }

    private void checkEcho() {
        OwnEcho.Check check = echo.check();
        if (check.cutOff()) {
            inbox.execute(this::tellConnection);
        }
        if (check.renew()) {
            renew();
        }
    }

    private void checkNodes() {
        long now = clock.nanoTime();
        heard.forEach((other, at) -> {
            if (now - at > settings.nodeTimeout().toNanos()) {
                inbox.execute(() -> dead(other, at));
            }
        });
    }

    private void dead(String other, long at) {
        if (!Long.valueOf(at).equals(heard.get(other))) {
            return;
        }
        NodeStream stream = streams.get(other);
        if (stream != null) {
            giveUp(stream); // what waited may say that the node has left, or has come back
        }
        if (heard.remove(other, at)) {
            port.lost(other);
        }
    }

    /** Says that this node stops, as the last thing that it says; {@link #close} or {@link #join} follows. */
    public void leave() {
        echo.stop();
        publisher.end(new Message(Message.Kind.VITAL, JsonBuffer.utf8("{\"k\":\"bye\"}")));
    }

    /**
     * Returns this node's view of the cluster.
     *
     * @param members         members of other nodes
     * @param pendingCalls    calls to them
     * @param servedCalls     calls of other nodes
     * @param unknownMessages messages that were not understood
     */
    public XyClusterStatistics statistics(int members, long pendingCalls, long servedCalls, long unknownMessages) {
        return new XyClusterStatistics(
                echo.isConnected(),
                heard.size(),
                members,
                pendingCalls,
                servedCalls,
                publisher.queuedBytes(),
                counters.lostEvents.sum(),
                counters.droppedEvents.sum(),
                counters.duplicateFrames.sum(),
                counters.repairedFrames.sum(),
                counters.foreignFrames.sum(),
                unknownMessages,
                echo.age());
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            if (nextBeat != null) {
                nextBeat.cancel();
            }
        }
        publisher.close();
        try {
            bus.close();
        } catch (RuntimeException e) {
            onFailure(e);
        }
    }

    @Override
    public String toString() {
        return "Cluster[" + (isCutOff() ? "cut off" : "connected") + ", " + publisher + ", alive " + heard.keySet()
                + ", " + streams.values() + "]";
    }
}
