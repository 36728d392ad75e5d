package io.xywebsocket.transport;

/** An in-memory connection without threads: a test delivers what is on its way, piece by piece. Not thread-safe. */
public final class SteppedWire {

    private SteppedWire() {}

    /** Both ends' wire never fills, so that no send blocks the only thread. */
    public static InMemoryTransport pair() {
        return InMemoryTransport.pair(Integer.MAX_VALUE);
    }

    /** Delivers the next of what has arrived at this end; returns whether there was anything. */
    public static boolean deliver(InMemoryTransport end, Transport.Receiver receiver) {
        return end.deliverNext(receiver);
    }
}
