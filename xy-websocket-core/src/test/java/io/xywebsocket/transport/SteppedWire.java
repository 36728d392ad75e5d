package io.xywebsocket.transport;

/** An in-memory connection without threads: a test delivers what is on its way, piece by piece. Not thread-safe. */
public final class SteppedWire {

    private SteppedWire() {}

    /** One end of a connection that holds so many bytes in each direction, and at least one message. */
    public static InMemoryTransport pair(int capacity) {
        return InMemoryTransport.pair(capacity);
    }

    /** Delivers the next of what has arrived at this end; returns whether there was anything. */
    public static boolean deliver(InMemoryTransport end, Transport.Receiver receiver) {
        return end.deliverNext(receiver);
    }
}
