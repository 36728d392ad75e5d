package io.xywebsocket.benchmarks.load.generator;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Calls in a closed loop: each connection always waits for so many answers. The messages are made once; every answer's
 * payload is compared with what was sent.
 */
public final class Calls {

    /**
     * How calls are made.
     *
     * @param function  the function's name
     * @param payload   the payload of a slot, whose member "id", the first, is 10 more than the slot
     * @param depth     how many answers each connection waits for
     * @param batch     whether all messages that are due are written at once; otherwise each by itself
     * @param events    how many events "note" go before each call
     */
    public record Shape(String function, IntFunction<String> payload, int depth, boolean batch, int events) {}

    private final Shape shape;
    private final Dialect dialect;
    private final Tally tally;
    private final byte[][] payloads;
    private final byte[][][] frames;
    private boolean running;

    /** Makes the messages. */
    public Calls(Shape shape, Connection.Target target, Tally tally) {
        this.shape = shape;
        this.dialect = target.dialect();
        this.tally = tally;
        this.payloads = new byte[shape.depth()][];
        this.frames = new byte[shape.depth()][][];
        for (int slot = 0; slot < shape.depth(); slot++) {
            String payload = shape.payload().apply(slot);
            byte[] call = dialect.call(shape.function(), slot, payload).getBytes(StandardCharsets.UTF_8);
            payloads[slot] = payload.getBytes(StandardCharsets.UTF_8);
            byte[] event = ("{\"e\":\"e.note\",\"p\":" + payload + "}").getBytes(StandardCharsets.UTF_8);
            frames[slot] = new byte[shape.events() + 1][];
            Arrays.fill(frames[slot], Frames.text(event));
            frames[slot][shape.events()] = target.compression() ? Frames.compressedText(call) : Frames.text(call);
        }
    }

    /** Begins on these connections. */
    public void start(List<Connection> connections) {
        running = true;
        for (Connection connection : connections) {
            Caller caller = new Caller();
            connection.play(caller);
            connection.now = System.nanoTime();
            for (int slot = 0; slot < shape.depth(); slot++) {
                caller.call(connection, slot);
            }
            connection.flush();
        }
    }

    /** Calls no more; answers still come. */
    public void stop() {
        running = false;
    }

    /** The slot that a payload's id tells. */
    static int slot(byte[] bytes, int payloadAt) {
        int idAt = payloadAt + "{\"id\":".length();
        return (bytes[idAt] - '0') * 10 + bytes[idAt + 1] - '0' - 10;
    }

    private final class Caller implements Script {

        private final long[] sentAt = new long[shape.depth()];

        void call(Connection connection, int slot) {
            sentAt[slot] = connection.now;
            tally.sent();
            for (byte[] frame : frames[slot]) {
                connection.add(frame);
                if (!shape.batch()) {
                    connection.flush();
                }
            }
        }

        @Override
        public void text(Connection connection, byte[] bytes, int offset, int length) {
            int slot = slot(bytes, offset, length);
            if (slot < 0) {
                tally.wrong(() -> new String(bytes, offset, length, StandardCharsets.UTF_8));
                return;
            }
            tally.answered(1 + shape.events(), connection.now - sentAt[slot]);
            sentAt[slot] = 0;
            if (running) {
                call(connection, slot);
            }
        }

        /** Of which call this is the right answer; -1 if of none. */
        private int slot(byte[] bytes, int offset, int length) {
            int at = dialect.payloadAt(offset, length, payloads[0].length);
            if (at < offset || at + payloads[0].length > offset + length) {
                return -1;
            }
            int slot = Calls.slot(bytes, at);
            boolean right = slot >= 0
                    && slot < shape.depth()
                    && sentAt[slot] != 0
                    && Arrays.equals(bytes, at, at + payloads[slot].length, payloads[slot], 0, payloads[slot].length);
            return right ? slot : -1;
        }

        @Override
        public void closed(Connection connection) {
            if (running) {
                tally.wrong(() -> "a connection was closed");
            }
        }
    }
}
