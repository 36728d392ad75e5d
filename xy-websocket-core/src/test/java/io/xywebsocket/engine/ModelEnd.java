package io.xywebsocket.engine;

import io.xywebsocket.XyHandshake;
import io.xywebsocket.XyPeer;
import io.xywebsocket.protocol.Frame;
import io.xywebsocket.protocol.FrameDecoder;
import io.xywebsocket.protocol.MalformedFrameException;
import io.xywebsocket.protocol.Prefixes;
import io.xywebsocket.protocol.Texts;
import io.xywebsocket.transport.InMemoryTransport;
import io.xywebsocket.transport.MessageAssembler;
import io.xywebsocket.transport.SteppedWire;
import io.xywebsocket.transport.Transport;
import io.xywebsocket.transport.Utf8;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One end of a connection in a {@link Model}: what has been sent there and heard there, and what that must be. */
final class ModelEnd implements Transport.Receiver {

    private static final FrameDecoder DECODER = new FrameDecoder(Prefixes.DEFAULT);

    /** Those of the protocol's description, and those that stand for no code and no close frame. */
    static final Set<Integer> CODES = Set.of(1000, 1001, 1003, 1005, 1006, 1007, 1008, 1009);

    final ModelSide side;
    final InMemoryTransport transport;
    final Connection connection;
    final XyPeer peer;
    ModelEnd other = this;

    /** Events that were queued here for the other end. */
    int sent;

    /** Events of the other end that listeners here have heard. */
    int heard;

    /** Events that replace each other while they wait, and the last one heard of the other end's. */
    int latestSent;

    int latestHeard = -1;

    boolean connected;
    boolean disconnected;
    boolean closed;

    /** Whether the network delivers nothing here for the time being. */
    boolean stalled;

    /** Whether something has happened that may end the connection. */
    boolean mayEnd;

    private final Model model;
    private final String name;
    private final MessageAssembler assembler;
    private final Set<String> calls = new HashSet<>();
    private final Map<String, Integer> answers = new HashMap<>();

    ModelEnd(Model model, ModelSide side, InMemoryTransport transport, String name) {
        this.model = model;
        this.side = side;
        this.transport = transport;
        this.name = name;
        this.assembler = new MessageAssembler(side.endpoint.limits().maxMessageSize());
        XyHandshake handshake = XyHandshake.builder(URI.create("/ws")).build();
        this.connection = (Connection) side.endpoint.open(transport, handshake, Map.of());
        this.peer = connection.peer;
        this.mayEnd = side.narrow || side.hasShutDown;
        side.ends.put(peer, this);
    }

    /** Lets the next frame arrive here; returns whether there was one. */
    boolean deliver() {
        return !stalled && SteppedWire.deliver(transport, this);
    }

    void send(String event) {
        if (peer.send(event, sent)) {
            sent++;
        }
    }

    void sendLatest() {
        if (peer.sendLatest("latest", "key", latestSent)) {
            latestSent++;
        }
    }

    // ---- what the listeners here hear

    void hears(int event) {
        model.check(connected && !disconnected, "event " + event + " comes outside of the life of " + this);
        boolean inOrder = other.side.losesEvents ? event >= heard : event == heard;
        model.check(inOrder, "event " + event + " instead of " + heard + " comes to " + this);
        heard = event + 1;
    }

    void hearsLatest(int event) {
        model.check(event > latestHeard, "latest event " + event + " comes after " + latestHeard + " to " + this);
        latestHeard = event;
    }

    void connected() {
        model.check(!connected, this + " is connected twice");
        connected = true;
    }

    void disconnected(int code, String reason) {
        String how = this + " ends with " + code + " " + reason;
        model.tally("end " + code);
        model.check(connected && !disconnected, how + ", out of order");
        model.check(mayEnd || other.mayEnd, how + " for no reason");
        model.check(CODES.contains(code), how + ", which is not described");
        disconnected = true;
    }

    // ---- what arrives here: as a container hands it over

    @Override
    public void onText(byte[] utf8, int offset, int length) {
        String text = new String(utf8, offset, length, StandardCharsets.UTF_8);
        model.check(!closed, "a text arrives after the end of " + this);
        record(text);
        int from = 0;
        while (from < text.length() && model.choices.oneIn(4)) {
            int to = from + model.choices.below(text.length() - from + 1);
            piece(text.substring(from, to), false);
            from = to;
        }
        piece(text.substring(from), true);
    }

    private void piece(String piece, boolean last) {
        try {
            String whole = assembler.add(piece, last);
            if (whole == null) {
                connection.onPart(Utf8.length(piece), assembler.held());
            } else {
                byte[] utf8 = whole.getBytes(StandardCharsets.UTF_8);
                connection.onText(utf8, 0, utf8.length);
                Arrays.fill(utf8, (byte) '!'); // it was lent
            }
        } catch (MessageAssembler.TooLargeException e) {
            connection.onViolation(1009, String.valueOf(e.getMessage()));
        }
    }

    private void record(String text) {
        Frame frame;
        try {
            frame = Texts.decode(DECODER, text);
        } catch (MalformedFrameException e) {
            model.check(mayEnd || other.mayEnd, "what is sent to " + this + " is no frame: " + text);
            return;
        }
        if (frame instanceof Frame.Call call) {
            calls.add(String.valueOf(call.id()));
        } else if (frame instanceof Frame.Resolve resolve) {
            answered(resolve.id());
        } else if (frame instanceof Frame.Reject reject) {
            answered(reject.id());
        }
    }

    private void answered(@Nullable String id) {
        model.check(other.calls.contains(String.valueOf(id)), "an answer to nothing, " + id + ", comes to " + this);
        model.check(answers.merge(String.valueOf(id), 1, Integer::sum) == 1, id + " is answered twice to " + this);
    }

    @Override
    public void onPing() {
        connection.onPing();
    }

    @Override
    public void onWritable() {
        connection.onWritable();
    }

    @Override
    public void onPong() {
        connection.onPong();
    }

    @Override
    public void onViolation(int code, String reason) {
        connection.onViolation(code, reason);
    }

    @Override
    public void onClosed(int code, String reason) {
        model.check(!closed, this + " is closed twice");
        closed = true;
        connection.onClosed(code, reason);
    }

    @Override
    public String toString() {
        return name;
    }
}
