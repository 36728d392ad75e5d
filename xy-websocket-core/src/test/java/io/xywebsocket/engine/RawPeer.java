package io.xywebsocket.engine;

import io.xywebsocket.XyHandshake;
import io.xywebsocket.XyPeer;
import io.xywebsocket.transport.InMemoryTransport;
import io.xywebsocket.transport.PatientSender;
import io.xywebsocket.transport.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The far end of a connection to a real endpoint, for tests: sends raw frames, and awaits those that come. Frames that
 * were not awaited stay where they are, so a test may await them in any order. Thread-safe.
 */
public final class RawPeer implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** How the connection ended. */
    public record Closed(int code, String reason) {}

    private final InMemoryTransport wire;
    private final PatientSender sender;
    private final XyPeer peer;

    // guarded by this
    private final List<String> frames = new ArrayList<>();
    private int received;
    private @Nullable Closed closed;

    private RawPeer(XyEndpoint endpoint, InMemoryTransport near, XyHandshake handshake) {
        this.wire = near.other();
        this.sender = new PatientSender(wire);
        Transport.Receiver receiver = endpoint.open(near, handshake, Map.of());
        this.peer = ((Connection) receiver).peer;
        wire.start(new Recorder());
        near.start(receiver);
    }

    /** Connects to an endpoint. */
    public static RawPeer connect(XyEndpoint endpoint) {
        return connect(endpoint, InMemoryTransport.CAPACITY);
    }

    /** Connects to an endpoint over a wire that holds so many bytes. */
    public static RawPeer connect(XyEndpoint endpoint, int capacity) {
        XyHandshake handshake = XyHandshake.builder(URI.create("/ws")).build();
        return new RawPeer(endpoint, InMemoryTransport.pair(capacity), handshake);
    }

    /** This connection as the endpoint's application sees it. */
    public XyPeer peer() {
        return peer;
    }

    /** Sends one text message as it is. Blocks while the wire is full. */
    public RawPeer send(String text) {
        try {
            sender.send(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** Sends a fragment of a text message; what is {@linkplain #send sent} next ends it. */
    public RawPeer sendPart(String part) {
        try {
            sender.sendPart(part);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** Sends a ping. */
    public RawPeer ping() {
        try {
            wire.ping();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** Sends a pong that nobody asked for. */
    public RawPeer pong() {
        try {
            wire.pong();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** Takes the next frame. */
    public String next() {
        return next(frame -> true);
    }

    /** Takes the next frame that this is true of. */
    public String next(Predicate<String> wanted) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        synchronized (this) {
            while (true) {
                for (int i = 0; i < frames.size(); i++) {
                    if (wanted.test(frames.get(i))) {
                        return frames.remove(i);
                    }
                }
                if (!waitUntil(deadline)) {
                    throw new AssertionError("no such frame; there are " + frames + ", closed: " + closed);
                }
            }
        }
    }

    /** Takes the next frame with this text in it. */
    public String nextWith(String part) {
        return next(frame -> frame.contains(part));
    }

    /** Sends a frame and takes the next one that comes. */
    public String ask(String text) {
        return send(text).next();
    }

    /** Awaits a call of the endpoint's, and rejects it with this payload. */
    public RawPeer rejectNext(String function, String payload) {
        String call = nextWith("\"e\":\"c." + function + "\"");
        return send("{\"e\":\"reject." + function + "\",\"id\":" + idOf(call) + ",\"p\":" + payload + "}");
    }

    /** Takes the answer to a call of the endpoint's: awaits the call, and answers it with this payload. */
    public RawPeer answerNext(String function, String payload) {
        String call = nextWith("\"e\":\"c." + function + "\"");
        return send("{\"e\":\"resolve." + function + "\",\"id\":" + idOf(call) + ",\"p\":" + payload + "}");
    }

    /** The id in a frame of the endpoint's, as JSON. */
    public static String idOf(String frame) {
        int start = frame.indexOf("\"id\":") + 5;
        return frame.substring(start, frame.indexOf('"', start + 1) + 1);
    }

    /** The frames that nobody has taken. */
    public synchronized List<String> frames() {
        return List.copyOf(frames);
    }

    /** How many frames have come, taken or not. */
    public synchronized int received() {
        return received;
    }

    /** Awaits the end of the connection. */
    public Closed awaitClosed() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        synchronized (this) {
            while (closed == null) {
                if (!waitUntil(deadline)) {
                    throw new AssertionError("still open; frames " + frames);
                }
            }
            return closed;
        }
    }

    /** Whether the connection has not ended yet. */
    public synchronized boolean isOpen() {
        return closed == null;
    }

    /** Asserts that the endpoint still works for this peer: calls a function that isn't there, and is answered. */
    public void assertAlive() {
        send("{\"e\":\"c.alive?\",\"id\":\"alive?\"}").nextWith("\"id\":\"alive?\"");
    }

    /** Reads nothing from now on, not even pings, until {@link #readOn}. */
    public void stopReading() {
        wire.pauseReading();
    }

    /** Reads on after {@link #stopReading}. */
    public void readOn() {
        wire.resumeReading();
    }

    /** How many pings have come. */
    public int pings() {
        return wire.pings();
    }

    /** Starts the closing handshake. */
    public void close(int code, String reason) {
        try {
            wire.close(code, reason);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Is gone at once, without a close frame. */
    public void vanish() {
        wire.abort();
    }

    @Override
    public void close() {
        vanish();
    }

    private boolean waitUntil(long deadline) {
        long left = (deadline - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
            return false;
        }
        try {
            wait(left);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
        return true;
    }

    private final class Recorder implements Transport.Receiver {

        @Override
        public void onText(byte[] utf8, int offset, int length) {
            String text = new String(utf8, offset, length, StandardCharsets.UTF_8);
            synchronized (RawPeer.this) {
                frames.add(text);
                received++;
                RawPeer.this.notifyAll();
            }
        }

        @Override
        public void onPing() {}

        @Override
        public void onPong() {}

        @Override
        public void onWritable() {
            sender.writable();
        }

        @Override
        public void onViolation(int code, String reason) {
            throw new AssertionError("violation " + code + " " + reason);
        }

        @Override
        public void onClosed(int code, String reason) {
            sender.closed();
            synchronized (RawPeer.this) {
                closed = new Closed(code, reason);
                RawPeer.this.notifyAll();
            }
        }
    }
}
