package io.xywebsocket.engine;

import io.xywebsocket.transport.OutgoingMessage;
import io.xywebsocket.transport.Transport;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Remembers what is written; it can be made to take one message at a time, or to fail. Thread-safe. */
final class RecordingTransport implements Transport {

    private final List<String> written = new CopyOnWriteArrayList<>();
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger taken = new AtomicInteger();
    private volatile Runnable writable = () -> {};

    // guarded by this
    private boolean holding;
    private boolean full;
    private boolean cut;
    private boolean interrupted;
    private int pauses;
    private boolean paused;

    /** Who hears that it takes more; nobody at first. */
    void whenWritable(Runnable told) {
        writable = told;
    }

    /** Is full after each message until {@link #letOneGo} or {@link #letGo}. */
    synchronized void hold() {
        holding = true;
    }

    /** Takes the message that it has said it is full with. */
    void letOneGo() {
        taken.incrementAndGet();
        tellOfRoom();
    }

    void letGo() {
        synchronized (this) {
            holding = false;
        }
        tellOfRoom();
    }

    private void tellOfRoom() {
        boolean was;
        synchronized (this) {
            was = full;
            full = false;
        }
        if (was) {
            writable.run();
        }
    }

    /** Whether it has said that it takes no more. */
    synchronized boolean isHolding() {
        return full;
    }

    private boolean write(String what) throws IOException {
        if (inside.incrementAndGet() > 1) {
            throw new AssertionError("two writers at once");
        }
        try {
            synchronized (this) {
                interrupted |= Thread.currentThread().isInterrupted();
                if (cut) {
                    throw new IOException("cut");
                }
                if (full) {
                    throw new AssertionError("written to while it is full: " + what);
                }
                full = holding;
                if (!holding) {
                    taken.incrementAndGet();
                }
                written.add(what);
                return !full;
            }
        } finally {
            inside.decrementAndGet();
        }
    }

    @Override
    public boolean send(OutgoingMessage message, boolean last) throws IOException {
        return write(message.text() + (last ? "." : ","));
    }

    @Override
    public boolean ping() throws IOException {
        return write("ping");
    }

    @Override
    public void close(int code, String reason) throws IOException {
        var unused = write("close " + code + " " + reason);
    }

    @Override
    public long progress() {
        return taken.get();
    }

    @Override
    public synchronized void abort() {
        cut = true;
    }

    @Override
    public synchronized void pauseReading() {
        paused = true;
        pauses++;
    }

    @Override
    public synchronized void resumeReading() {
        paused = false;
    }

    synchronized boolean isPaused() {
        return paused;
    }

    synchronized int pauses() {
        return pauses;
    }

    synchronized boolean isCut() {
        return cut;
    }

    /** Whether a thread that wrote was interrupted. */
    synchronized boolean wasInterrupted() {
        return interrupted;
    }

    /** What was written: texts with a full stop if they were the last for the time being, else a comma. */
    List<String> written() {
        return List.copyOf(written);
    }

    long pings() {
        return written.stream().filter("ping"::equals).count();
    }
}
