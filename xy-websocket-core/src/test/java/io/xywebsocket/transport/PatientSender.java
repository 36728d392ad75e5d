package io.xywebsocket.transport;

import java.io.IOException;
import java.time.Duration;

/** Sends over an in-memory wire as a socket that blocks does: waits while the wire is full. Thread-safe. */
public final class PatientSender {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final InMemoryTransport wire;

    // guarded by this
    private boolean full;
    private boolean closed;

    /** Whoever receives from the wire tells this of {@link #writable} and {@link #closed}. */
    public PatientSender(InMemoryTransport wire) {
        this.wire = wire;
    }

    public synchronized void send(String text) throws IOException {
        awaitRoom();
        full = !wire.send(text, true);
    }

    /** Sends a fragment that is not the last. */
    public synchronized void sendPart(String part) throws IOException {
        awaitRoom();
        full = !wire.sendPart(part);
    }

    public synchronized void writable() {
        full = false;
        notifyAll();
    }

    public synchronized void closed() {
        closed = true;
        notifyAll();
    }

    private void awaitRoom() throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try {
            while (full && !closed) {
                long left = (deadline - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    throw new AssertionError("the wire is full");
                }
                wait(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
