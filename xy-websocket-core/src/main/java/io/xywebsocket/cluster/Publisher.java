package io.xywebsocket.cluster;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.xywebsocket.XyClock;
import io.xywebsocket.protocol.JsonBuffer;
import io.xywebsocket.untrusted.LogText;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes messages: what waits while a frame is under way goes into the next ones. A frame that the bus may not have
 * got is published again under its number, but only once this node hears itself, as others don't either before.
 * Thread-safe.
 */
final class Publisher {

    private static final Logger log = LoggerFactory.getLogger(Publisher.class);

    /** A frame ends with the message that reaches this size. */
    private static final int FRAME_BYTES = 64 << 10;

    /** How much is numbered at once. */
    private static final int BATCH_BYTES = 1 << 20;

    /** A bus that takes longer has perhaps lost its connection, and with it the frame. */
    private static final long SLOW = Duration.ofMillis(500).toNanos();

    /** Calls are refused while a frame has been under way for longer. */
    private static final long STUCK = Duration.ofSeconds(1).toNanos();

    private static final Duration PROBE_INTERVAL = Duration.ofMillis(250);

    /** Subscriptions of other nodes come back as long after this node's. */
    private static final Duration SETTLING = Duration.ofMillis(300);

    /** How often a frame is published again for several nodes that have missed it. */
    private static final long REPEAT_INTERVAL = Duration.ofMillis(100).toNanos();

    private static final int MAX_REQUESTS = 1000;

    /** The number of times that messages may let a frame wait for more of them. */
    private static final int MAX_YIELDS = 10;

    private enum State {
        /** Waits for the own echo, before anything is published. */
        PROBING,
        SETTLING,
        OPEN,
        CLOSED
    }

    /** A question for frames that a node has missed, of the numbering of that node, or, if null, of that to all. */
    private record Request(String asker, @Nullable String of, long from, long to) {}

    private final XyClusterSettings settings;
    private final XyBus bus;
    private final XyClock clock;
    private final Executor executor;
    private final ClusterCounters counters;
    private final String ownChannel;
    private final String beginning;
    private final PublishQueue queue;

    @GuardedBy("this")
    private final Deque<Request> requests = new ArrayDeque<>();

    @GuardedBy("this")
    private State state = State.PROBING;

    @GuardedBy("this")
    private boolean running;

    /** When the calls that waited have failed, if they have. */
    @GuardedBy("this")
    private long callsFailedAt;

    @GuardedBy("this")
    private boolean haveCallsFailed;

    /** Counts outages, so that late echoes and timers of an earlier one do nothing. */
    @GuardedBy("this")
    private int outage;

    /** Whether a frame has failed in this outage, after which others may take longer to come back. */
    @GuardedBy("this")
    private boolean failed;

    @GuardedBy("this")
    private XyClock.@Nullable Timer timer;

    private volatile long publishingSince;

    /** Why the bus did not accept the last frame; null if it did. */
    private volatile @Nullable Throwable failure;

    // confined to the executor, which runs one task at a time
    private final SentFrames sent;
    private final Deque<SentFrames.Sent> ready = new ArrayDeque<>();
    private final Deque<SentFrames.Sent> repeats = new ArrayDeque<>();
    private SentFrames.@Nullable Sent inDoubt;

    /** @param executor runs one task at a time; may be blocked by the bus */
    Publisher(NodeSetup setup, Executor executor, ClusterCounters counters) {
        this.settings = setup.settings();
        this.bus = setup.bus();
        this.clock = setup.clock();
        this.executor = executor;
        this.counters = counters;
        this.ownChannel = setup.ownChannel();
        this.beginning = setup.frameBeginning();
        this.queue = new PublishQueue(setup, counters);
        this.sent = new SentFrames(settings, beginning);
    }

    /**
     * Queues a message.
     *
     * @param node null for all nodes
     * @return false if there is no room for it
     */
    boolean add(@Nullable String node, Message message) {
        if (!queue.add(node, message)) {
            return false;
        }
        runIfOpen();
        return true;
    }

    /** Returns whether there is never room for a message. */
    boolean isTooLarge(Message message) {
        return queue.isTooLarge(message);
    }

    /** Queues a message to all, behind which none is published until {@link #resume}. */
    void end(Message last) {
        if (queue.end(last)) {
            runIfOpen();
        }
    }

    /** Publishes as soon as this node hears itself, also after its {@link #end}. */
    void resume() {
        int now;
        synchronized (this) {
            if (state == State.CLOSED) {
                return;
            }
            queue.reopen();
            state = State.PROBING;
            now = ++outage;
        }
        execute(() -> probe(now));
    }

    /** Counts an event to all nodes that is not published, as none is known. One that comes back is told of it. */
    void countUnsent() {
        queue.countUnsent();
    }

    /** Publishes frames again, or says that they are not kept any more. */
    void again(String asker, boolean own, long from, long to) {
        synchronized (this) {
            if (requests.size() >= MAX_REQUESTS) {
                return; // they ask again
            }
            requests.add(new Request(asker, own ? asker : null, from, to));
        }
        runIfOpen();
    }

    long queuedBytes() {
        return queue.bytes();
    }

    /** Returns whether a frame has been under way for so long that a call has little hope. */
    boolean isStuck() {
        return underWay() > STUCK;
    }

    /** Returns for how long a frame has been under way; 0 if there is none. */
    private long underWay() {
        long since = publishingSince;
        return since == 0 ? 0 : clock.nanoTime() - since;
    }

    /** Returns why frames are not published; null if they are, as far as is known. */
    @Nullable
    String trouble() {
        long underWay = underWay();
        if (underWay > STUCK) {
            return "the bus has not accepted a frame for " + underWay / 1_000_000 + " ms";
        }
        Throwable last = failure;
        return last == null ? null : "publishing fails: " + FailureText.of(last);
    }

    private void runIfOpen() {
        synchronized (this) {
            if (running || state != State.OPEN) {
                return;
            }
            running = true;
        }
        execute(this::run);
    }

    private void execute(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException closed) {
            log.debug("Nothing is published any more");
        }
    }

    private void run() {
        SentFrames.Sent next;
        do {
            if (ready.isEmpty() && repeats.isEmpty()) {
                letOthersQueue();
            }
            next = next();
        } while (next != null && publish(next));
    }

    /** On a busy machine more messages share a frame then. */
    @SuppressWarnings("ThreadPriorityCheck") // not needed for correctness, but cheaper
    private void letOthersQueue() {
        long queued = queue.bytes();
        for (int i = 0; i < MAX_YIELDS; i++) {
            Thread.yield();
            long now = queue.bytes();
            if (now == queued || now >= FRAME_BYTES) {
                return;
            }
            queued = now;
        }
    }

    /** Returns the next frame; null if there is none, and then this is not running any more. */
    private SentFrames.@Nullable Sent next() {
        List<PublishQueue.Waiting> batch = List.of();
        synchronized (this) {
            if (state == State.OPEN) {
                if (inDoubt != null) {
                    return inDoubt;
                }
                requests.forEach(this::answer);
                requests.clear();
                if (repeats.isEmpty() && ready.isEmpty()) {
                    batch = queue.take(BATCH_BYTES, sent::onDropped);
                }
            }
            if (state != State.OPEN || (batch.isEmpty() && repeats.isEmpty() && ready.isEmpty())) {
                running = false;
                return null;
            }
        }
        number(batch);
        SentFrames.Sent repeated = repeats.poll();
        return repeated == null ? ready.poll() : repeated.begin(clock.nanoTime());
    }

    /** Makes frames of messages: to all nodes in their order, and between them to each node in its order. */
    private void number(List<PublishQueue.Waiting> batch) {
        Map<@Nullable String, List<Message>> frames = new LinkedHashMap<>();
        Map<@Nullable String, Integer> sizes = new HashMap<>();
        boolean toAll = false;
        long now = clock.nanoTime();
        for (PublishQueue.Waiting each : batch) {
            if (toAll != (each.node() == null)) {
                frames.forEach((node, messages) -> ready.add(sent.number(node, messages, now)));
                frames.clear();
                sizes.clear();
                toAll = each.node() == null;
            }
            List<Message> messages = frames.computeIfAbsent(each.node(), node -> new ArrayList<>());
            messages.add(each.message());
            if (sizes.merge(each.node(), each.message().size(), Integer::sum) >= FRAME_BYTES) {
                ready.add(sent.number(each.node(), messages, now));
                frames.remove(each.node());
                sizes.remove(each.node());
            }
        }
        frames.forEach((node, messages) -> ready.add(sent.number(node, messages, now)));
    }

    @GuardedBy("this")
    private void answer(Request request) {
        repeats.addAll(sent.again(request.of, request.from, request.to, clock.nanoTime(), REPEAT_INTERVAL));
        SentFrames.Lost lost = sent.lost(request.of, request.from, request.to);
        if (lost != null) {
            String line = beginning + "}\n{\"k\":\"lost\",\"own\":" + (request.of != null) + ",\"to\":" + lost.to()
                    + ",\"ev\":" + lost.events() + "}";
            repeats.add(new SentFrames.Sent(settings.nodeChannel(request.asker), 0, JsonBuffer.utf8(line)));
        }
    }

    /** Asks a node for frames of it that this one has missed. Unnumbered: it is asked again if this is lost. */
    void ask(String node, boolean own, long from, long to) {
        String again = beginning + "}\n{\"k\":\"again\",\"own\":" + own + ",\"from\":" + from + ",\"to\":" + to + "}";
        execute(() -> {
            synchronized (this) {
                if (state != State.OPEN) {
                    return;
                }
            }
            repeats.add(new SentFrames.Sent(settings.nodeChannel(node), 0, JsonBuffer.utf8(again)));
            runIfOpen();
        });
    }

    private void onFailure(Throwable thrown) {
        failure = thrown;
        LogText.quietly(() -> log.debug("The bus can't be reached", LogText.of(thrown)));
    }

    /** Returns false if the frame is in doubt. */
    private boolean publish(SentFrames.Sent frame) {
        long begun = clock.nanoTime();
        if (handOver(frame.channel, frame.bytes(begun)) && clock.nanoTime() - begun <= SLOW) {
            frame.onPublished();
            inDoubt = null;
            return true;
        }
        inDoubt = frame.number == 0 ? null : frame;
        int now;
        synchronized (this) {
            running = false;
            if (state == State.CLOSED) {
                return false;
            }
            state = State.PROBING;
            failed = true;
            now = ++outage;
        }
        probe(now);
        return false;
    }

    /** Returns whether the bus has taken it. */
    private boolean handOver(String channel, byte[] bytes) {
        long begun = clock.nanoTime();
        publishingSince = begun == 0 ? 1 : begun;
        try {
            bus.publish(channel, bytes);
            failure = null;
            return true;
        } catch (Throwable t) { // this thread must go on
            onFailure(t);
            return false;
        } finally {
            publishingSince = 0;
        }
    }

    /** Publishes something to this node itself, again and again until it comes back. */
    private void probe(int number) {
        synchronized (this) {
            if (state != State.PROBING || number != outage) {
                return;
            }
            schedule(() -> execute(() -> probe(number)), PROBE_INTERVAL);
        }
        if (!handOver(ownChannel, JsonBuffer.utf8(beginning + "}\n{\"k\":\"echo\",\"n\":" + number + "}"))) {
            synchronized (this) {
                failed = true;
            }
        }
    }

    /** Something that this node has published to itself has come back. */
    synchronized void onEcho(long number) {
        if (state == State.PROBING && number == outage) {
            state = State.SETTLING;
            schedule(this::open, failed ? SETTLING : Duration.ZERO);
        }
    }

    /** Sets the only timer: for the next probe, or for the end of the outage. */
    @GuardedBy("this")
    private void schedule(Runnable task, Duration pause) {
        if (timer != null) {
            timer.cancel();
        }
        timer = state == State.CLOSED ? null : clock.schedule(task, pause);
    }

    private void open() {
        synchronized (this) {
            if (state != State.SETTLING) {
                return;
            }
            state = State.OPEN;
            failed = false;
            dropOld();
            running = true;
        }
        execute(() -> {
            dropOldFrames();
            run();
        });
    }

    private void dropOld() {
        long now = clock.nanoTime();
        queue.drop(message -> message.isStale(now, settings.outage()));
    }

    /** All calls have failed that wait, also those in frames. */
    void dropCalls() {
        synchronized (this) {
            callsFailedAt = clock.nanoTime();
            haveCallsFailed = true;
        }
        queue.drop(message -> message.kind == Message.Kind.CALL);
    }

    /** A node that has received a frame in doubt drops its repetition, so that may hold less. */
    private void dropOldFrames() {
        long now = clock.nanoTime();
        boolean haveFailed;
        long failedAt;
        synchronized (this) {
            haveFailed = haveCallsFailed;
            failedAt = callsFailedAt;
        }
        Predicate<Message> unwanted = message -> message.isStale(now, settings.outage())
                || (haveFailed && message.kind == Message.Kind.CALL && message.queuedAt - failedAt <= 0);
        if (inDoubt != null) {
            counters.droppedEvents.add(sent.remove(unwanted, inDoubt, now));
        }
        ready.forEach(frame -> counters.droppedEvents.add(sent.remove(unwanted, frame, now)));
    }

    /** Publishes nothing any more. */
    synchronized void close() {
        state = State.CLOSED;
        queue.close();
        if (timer != null) {
            timer.cancel();
        }
    }

    @Override
    public synchronized String toString() {
        return "Publisher[" + state + (running ? " running" : "") + ", " + queue + ", outage " + outage + "]";
    }
}
