package io.xywebsocket;

import io.xywebsocket.transport.Transport;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Remembers what is written; its writes can be made to hang, or to fail. Thread-safe. */
final class RecordingTransport implements Transport {

    private final List<String> written = new CopyOnWriteArrayList<>();
    private final AtomicInteger inside = new AtomicInteger();

    // guarded by this
    private boolean holding;
    private int allowed;
    private boolean cut;
    private String cutter = "";
    private boolean interrupted;
    private int pauses;
    private boolean paused;

    /** Makes writes hang until {@link #letGo}. */
    synchronized void hold() {
        holding = true;
    }

    /** Lets one of the writes that hang through. */
    synchronized void letOneGo() {
        allowed++;
        notifyAll();
    }

    synchronized void letGo() {
        holding = false;
        notifyAll();
    }

    /** Whether a write hangs. */
    boolean isHolding() {
        return inside.get() > 0;
    }

    private void write(String what) throws IOException {
        if (inside.incrementAndGet() > 1) {
            throw new AssertionError("two writers at once");
        }
        try {
            synchronized (this) {
                interrupted |= Thread.currentThread().isInterrupted();
                while (holding && allowed == 0 && !cut) {
                    wait();
                }
                allowed = Math.max(0, allowed - 1);
                if (cut) {
                    throw new IOException("cut");
                }
            }
            written.add(what);
        } catch (InterruptedException e) {
            throw new IOException(e);
        } finally {
            inside.decrementAndGet();
        }
    }

    @Override
    public void send(String text, boolean last) throws IOException {
        write(text + (last ? "." : ","));
    }

    @Override
    public void ping() throws IOException {
        write("ping");
    }

    @Override
    public void close(int code, String reason) throws IOException {
        write("close " + code + " " + reason);
    }

    @Override
    public synchronized void cut() {
        cutter = cut ? cutter : Thread.currentThread().getName();
        cut = true;
        notifyAll();
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

    /** The name of the thread that has cut it first. */
    synchronized String cutter() {
        return cutter;
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
