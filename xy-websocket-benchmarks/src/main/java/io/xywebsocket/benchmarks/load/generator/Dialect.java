package io.xywebsocket.benchmarks.load.generator;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a protocol says "call this function with that payload", and where the payload stands in the answer. */
public interface Dialect {

    /**
     * One step until calls can be made.
     *
     * @param awaited what the next text from the server begins with; null if nothing is awaited
     * @param reply   what is sent then; null for nothing
     */
    record Greeting(@Nullable String awaited, @Nullable String reply) {}

    /** What is asked for in the handshake. */
    String path();

    /** The steps after the handshake. */
    List<Greeting> greetings();

    /** How long to wait after that, in ms: where the server doesn't tell when what was asked for is in force. */
    default int settlingMillis() {
        return 0;
    }

    /** A call's message. Slots of one connection have calls of different ids. */
    String call(String function, int slot, String payload);

    /** Where the payload begins in an answer's message, if it is that long. */
    int payloadAt(int offset, int length, int payloadLength);

    /** The text in front of the payload of an event "changed". */
    String eventPrefix();
}
