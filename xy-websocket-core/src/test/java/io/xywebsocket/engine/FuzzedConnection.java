package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import io.xywebsocket.XyConnectionListener;
import io.xywebsocket.XyHandlers;
import io.xywebsocket.XyHandshake;
import io.xywebsocket.XyJson;
import io.xywebsocket.XyLimits;
import io.xywebsocket.XyListener;
import io.xywebsocket.XyPayload;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyStatistics;
import io.xywebsocket.concurrent.Writers;
import io.xywebsocket.protocol.Frame;
import io.xywebsocket.protocol.FrameDecoder;
import io.xywebsocket.protocol.MalformedFrameException;
import io.xywebsocket.protocol.Prefixes;
import io.xywebsocket.protocol.Texts;
import io.xywebsocket.transport.OutgoingMessage;
import io.xywebsocket.transport.Transport;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A connection of a real endpoint, on one thread and in virtual time, with a fuzzer at its other end. Not thread-safe. */
final class FuzzedConnection implements Transport, XyConnectionListener {

    private static final FrameDecoder DECODER = new FrameDecoder(Prefixes.DEFAULT);
    private static final XyJson JSON = XyJson.plain();
    private static final List<String> KINDS = List.of("c.", "e.", "resolve.", "reject.", "cancel.", "");
    private static final List<String> NAMES =
            List.of("echo", "number", "fails", "later", "calls", "none", "note", "fails", "staged", "\\u0065cho", "");
    private static final List<String> VALUES = List.of(
            "\"1\"",
            "\"2\"",
            "\"3\"",
            "7",
            "null",
            "{}",
            "[1]",
            "\"\\ud800\"",
            "-0.5e1",
            "true",
            "{\"ok\":false,\"status\":409,\"message\":\"m\",\"a\":[]}");

    private final FuzzedDataProvider data;
    private final ManualClock clock = new ManualClock();
    private final SteppedThreads threads = new SteppedThreads();
    private final XyEndpoint endpoint;
    private final Connection connection;
    private final List<CompletableFuture<Object>> later = new ArrayList<>();
    private final List<CompletableFuture<XyPayload>> own = new ArrayList<>();
    private final Map<String, Integer> calls = new HashMap<>();
    private final Map<String, Integer> answers = new HashMap<>();
    private final List<String> told = new ArrayList<>();
    /** Whether some calls may go unanswered, as nobody waits for them. */
    private boolean givenUp;

    private boolean broken;
    private boolean full;
    private boolean cut;
    private boolean closed;

    FuzzedConnection(FuzzedDataProvider data) {
        this.data = data;
        XyEndpointBuilder settings =
                XyEndpoint.builder().json(JSON).clock(clock).executor(threads).connectionListener(this);
        settings.writers = new Writers(threads);
        if (data.consumeBoolean()) {
            settings.limits(
                    data.consumeBoolean() ? WithEndpoints.sendBuffer(300) : WithEndpoints.receiveBuffer(1000, 2));
        }
        endpoint = settings.build();
        offer(endpoint.handlers());
        XyHandshake handshake = XyHandshake.builder(URI.create("/ws")).build();
        connection = (Connection) endpoint.open(this, handshake, Map.of());
    }

    private void offer(XyHandlers handlers) {
        handlers.register("echo", (name, payload, peer) -> payload);
        handlers.register("number", Integer.class, number -> number + 1);
        handlers.register("later", (name, payload, peer) -> later());
        handlers.register("calls", (name, payload, peer) -> peer.call("x", payload, XyPayload.class));
        handlers.register("fails", (name, payload, peer) -> {
            throw new IllegalStateException("boom");
        });
        handlers.on("note", Integer.class, number -> {});
        handlers.on("staged", (XyListener.Awaited) (name, payload, peer) -> later());
        handlers.on("fails", (name, payload, peer) -> {
            throw new IllegalStateException("boom");
        });
    }

    private CompletableFuture<Object> later() {
        CompletableFuture<Object> stage = new CompletableFuture<>();
        later.add(stage);
        return stage;
    }

    // ---- a run

    /** Something happens, of which the frames are the most. */
    void act() {
        switch (data.consumeInt(0, 15)) {
            case 0 -> threads.runOne(this::choose);
            case 1 -> clock.advance(Duration.ofMillis(choose(2500)));
            case 2 -> own.add(connection.peer.call("f", "x", XyPayload.class));
            case 3 -> connection.peer.send("e", 1);
            case 4 -> finishOne();
            case 5 -> act(choose(2) == 0 ? connection::onPing : connection::onPong);
            case 6 -> act(() -> connection.onPart(choose(3), choose(1000)));
            case 7 -> act(this::takeMore);
            case 8 -> endSomehow();
            case 9 -> settle();
            default -> act(() -> receive(choose(8) == 0 ? data.consumeString(200) : frame()));
        }
    }

    private int choose(int bound) {
        return data.consumeInt(0, bound - 1);
    }

    /** Nothing arrives after the end. */
    private void act(Runnable arrival) {
        if (!closed) {
            arrival.run();
        }
    }

    private void receive(String text) {
        if (connection.isOpen()) {
            try {
                Frame frame = Texts.decode(DECODER, text);
                givenUp |= frame instanceof Frame.Cancel;
                if (frame instanceof Frame.Call call) {
                    givenUp |= call.ttl() > 0;
                    calls.merge(String.valueOf(call.id()), 1, Integer::sum);
                }
            } catch (MalformedFrameException e) {
                WithEndpoints.text(connection, text);
                assertThat(connection.isOpen()).as(text).isFalse();
                return;
            }
        }
        WithEndpoints.text(connection, text);
    }

    private String frame() {
        StringBuilder frame = new StringBuilder("{\"e\":\"").append(pick(KINDS)).append(pick(NAMES));
        frame.append('"');
        for (int more = choose(4); more > 0; more--) {
            frame.append(",\"")
                    .append(pick(List.of("id", "p", "e", "x", "ttl")))
                    .append("\":");
            frame.append(choose(8) == 0 ? data.consumeString(40) : pick(VALUES));
        }
        return frame.append('}').toString();
    }

    private String pick(List<String> options) {
        return options.get(choose(options.size()));
    }

    private void finishOne() {
        if (!later.isEmpty()) {
            CompletableFuture<Object> stage = later.remove(choose(later.size()));
            switch (choose(3)) {
                case 0 -> stage.complete(1);
                case 1 -> stage.complete(new Object()); // for which there is no JSON
                default -> stage.completeExceptionally(new IllegalStateException("boom"));
            }
        } else if (!own.isEmpty()) {
            own.get(choose(own.size())).cancel(false);
        }
    }

    private void endSomehow() {
        switch (choose(6)) {
            case 0 -> broken = true;
            case 1 -> act(() -> connection.onViolation(1003, "binary"));
            case 2 -> act(() -> closed(data.consumeInt(), data.consumeString(10)));
            case 3 -> connection.peer.close();
            case 4 -> endpoint.shutdown(Duration.ofMillis(choose(100)));
            default -> endpoint.reopen();
        }
    }

    private void closed(int code, String reason) {
        closed = true;
        connection.onClosed(code, reason);
    }

    /** The wire has room, whether it was full or not; maybe at once, maybe after what happens next. */
    private void takeMore() {
        full = false;
        connection.onWritable();
    }

    private boolean getsRoom() {
        boolean wasFull = full && !closed;
        if (wasFull) {
            takeMore();
        }
        return wasFull;
    }

    private void settle() {
        for (int steps = 0; threads.runOne(this::choose) || getsRoom(); steps++) {
            assertThat(steps).as("it never comes to rest").isLessThan(100_000);
        }
    }

    /** Lets everything come to its end, and sees that nothing is left. */
    void finish() {
        settle();
        if (!connection.isOpen()) {
            assertThat(own).as("calls over a connection that has ended").allMatch(CompletableFuture::isDone);
        }
        boolean wide = endpoint.limits() == XyLimits.DEFAULT;
        for (int i = 0; i < 30; i++) {
            settle();
            List.copyOf(later).forEach(stage -> stage.complete(1));
            clock.advance(Duration.ofMillis(250)); // in all more than a call of ours may take
        }
        settle();
        assertThat(own).allMatch(CompletableFuture::isDone);
        if (wide && connection.isOpen() && !givenUp && !broken && !cut) {
            assertThat(answers).isEqualTo(calls);
        }
        if (!closed) {
            closed(1006, "");
        }
        for (int i = 0; i < 30; i++) {
            settle();
            clock.advance(Duration.ofMillis(500));
        }
        answers.forEach((id, times) -> assertThat(times).as(id).isLessThanOrEqualTo(calls.getOrDefault(id, 0)));
        assertThat(told).containsExactly("connected", "disconnected");
        assertThat(connection.isIdle()).as("idle").isTrue();
        assertThat(connection.calls.size()).as("pending calls").isZero();
        XyStatistics left = endpoint.statistics();
        assertThat(left.peers() + left.closing() + left.pendingCalls())
                .as("left")
                .isZero();
        assertThat(clock.size()).as("timers").isZero();
        assertThat(threads.isIdle()).as("threads are idle").isTrue();
    }

    @Override
    public void connected(XyPeer peer) {
        told.add("connected");
    }

    @Override
    public void disconnected(XyPeer peer, int code, String reason) {
        told.add("disconnected");
    }

    // ---- the wire

    private boolean write() throws IOException {
        if (broken || cut || closed) {
            throw new IOException("broken");
        }
        assertThat(full).as("written to while it is full").isFalse();
        full = data.consumeInt(0, 7) == 7;
        if (full && data.consumeBoolean()) {
            takeMore(); // before we say that it is
            return false;
        }
        return !full;
    }

    @Override
    public boolean send(OutgoingMessage message, boolean last) throws IOException {
        String text = message.text();
        try {
            Frame frame = Texts.decode(DECODER, text);
            if (frame instanceof Frame.Resolve resolve) {
                answered(resolve.id());
            } else if (frame instanceof Frame.Reject reject) {
                answered(reject.id());
            }
        } catch (MalformedFrameException e) {
            throw new AssertionError("what we have sent is no frame: " + text, e);
        }
        return write();
    }

    @Override
    public long progress() {
        return 0;
    }

    private void answered(@Nullable String id) {
        answers.merge(String.valueOf(id), 1, Integer::sum);
    }

    @Override
    public boolean ping() throws IOException {
        return write();
    }

    @Override
    public void close(int code, String reason) throws IOException {
        var unused = write();
        assertThat(ModelEnd.CODES).contains(code);
    }

    @Override
    public void abort() {
        cut = true;
    }

    @Override
    public void pauseReading() {}

    @Override
    public void resumeReading() {}
}
