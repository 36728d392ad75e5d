package io.xywebsocket.test;

import io.xywebsocket.XyPeer;
import io.xywebsocket.transport.InMemoryTransport;
import io.xywebsocket.transport.OutgoingMessage;
import io.xywebsocket.transport.Transport;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/**
 * One connection in memory, watched at both ends: it knows when nothing is on its way any more. What waits inside the engine it
 * learns by marks, events that follow after it and that never leave the engine's end. Thread-safe.
 */
final class Wire {

    /** The name of the marks. */
    static final String MARK = "io.xywebsocket.test.mark";

    private static final String MARK_TEXT = MARK + "\",\"p\":";

    private final InMemoryTransport near = InMemoryTransport.pair();
    private final InMemoryTransport far = near.other();
    private final Codec codec;
    private final String wholeMark;

    // all guarded by this
    private final Set<Long> marks = new HashSet<>();
    private long lastMark;
    private long sent; // by the peer
    private long read; // by the engine
    private long written; // by the engine
    private long arrived; // at the peer
    private long pings;
    private long pongs;
    private int owesRoom; // to the engine: 1 while it waits to be told that it may go on
    private boolean peerIsFull;
    private boolean enginePauses;
    private boolean peerPauses;
    private boolean engineCloses;
    private boolean peerCloses;
    private boolean cut;
    private boolean foreign;
    private boolean engineEnded;
    private boolean peerEnded;

    Wire(Codec codec) {
        this.codec = codec;
        this.wholeMark = codec.event(MARK, "0");
    }

    /** The engine's end. */
    Transport engineEnd() {
        return new EngineEnd();
    }

    void start(Transport.Receiver engine, Transport.Receiver peer) {
        far.start(new Noted(peer, this::arrived, () -> {}, this::peerHasRoom, this::peerEnded));
        near.start(new Noted(engine, this::engineRead, this::engineHeardPong, this::roomTold, this::engineEnded));
    }

    private synchronized void arrived() {
        arrived++;
    }

    private synchronized void roomTold() {
        owesRoom--;
    }

    private synchronized void peerEnded() {
        peerEnded = true;
        notifyAll();
    }

    private synchronized void engineRead() {
        read++;
    }

    private synchronized void engineHeardPong() {
        pongs++;
    }

    private synchronized void engineEnded() {
        engineEnded = true;
    }

    // ---- what the peer does

    /** Sends a text to the engine. Blocks while the engine doesn't read and the wire is full. */
    synchronized void send(String text) throws IOException {
        sent++;
        boolean done = false;
        try {
            awaitRoom();
            peerIsFull = !far.send(text, true);
            done = true;
        } finally {
            sent -= done ? 0 : 1;
        }
    }

    private void awaitRoom() throws IOException {
        try {
            while (peerIsFull && !peerEnded && !cut) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            abort(); // as a blocking socket channel does
            throw new IOException(e);
        }
    }

    private synchronized void peerHasRoom() {
        peerIsFull = false;
        notifyAll();
    }

    void close(int code, String reason) throws IOException {
        far.close(code, reason);
        synchronized (this) {
            peerCloses = true;
        }
    }

    void abort() {
        synchronized (this) {
            cut = true;
            notifyAll();
        }
        far.abort();
    }

    void pauseReading() {
        synchronized (this) {
            peerPauses = true;
        }
        far.pauseReading();
    }

    void resumeReading() {
        synchronized (this) {
            peerPauses = false;
        }
        far.resumeReading();
    }

    // ---- where things are

    /** A mark that passes once all that waited to be written to the peer has been. */
    long markWrites(XyPeer peer) {
        long mark = newMark();
        if (!peer.send(MARK, codec.payload(Long.toString(mark)))) {
            passed(mark);
        }
        return mark;
    }

    /** A mark that passes once the listeners of all that the peer has sent are finished, and what they sent has been written. */
    long markEvents() {
        long mark = newMark();
        try {
            send(codec.event(MARK, Long.toString(mark)));
        } catch (IOException over) {
            passed(mark);
        }
        return mark;
    }

    synchronized boolean hasPassed(long mark) {
        return !marks.contains(mark) || isStuck() || isOver();
    }

    /** Whether nothing moves; what waits for an end that doesn't read may do so for ever. */
    synchronized boolean isStill() {
        if (isOver() || cut) {
            return isOver();
        }
        boolean toEngine = enginePauses || engineEnded || read == sent;
        boolean toPeer = peerPauses
                || (owesRoom == 0 && arrived == written && (pongs >= pings || enginePauses) && !engineCloses);
        boolean goodbye = !peerCloses || ((engineEnded || enginePauses) && peerPauses);
        return toEngine && toPeer && goodbye;
    }

    /** Whether the engine speaks with other prefixes. */
    synchronized boolean isForeign() {
        return foreign;
    }

    synchronized boolean isOver() {
        return engineEnded && peerEnded;
    }

    synchronized boolean hasEngineEnded() {
        return engineEnded;
    }

    private boolean isStuck() {
        return peerPauses && owesRoom > 0;
    }

    private synchronized long newMark() {
        marks.add(++lastMark);
        return lastMark;
    }

    private synchronized void passed(long mark) {
        marks.remove(mark);
    }

    private synchronized void seen(String text, int start) {
        foreign = start != wholeMark.indexOf(MARK_TEXT) || !text.startsWith(wholeMark.substring(0, start));
        marks.remove(Long.parseLong(text.substring(start + MARK_TEXT.length(), text.length() - 1)));
    }

    /** Between the engine and its end. */
    private final class EngineEnd implements Transport {

        @Override
        public boolean send(OutgoingMessage message, boolean last) throws IOException {
            String text = message.text();
            int mark = text.indexOf(MARK_TEXT);
            if (mark >= 0) {
                seen(text, mark);
                return true;
            }
            synchronized (Wire.this) {
                boolean more = near.send(message, last);
                written++;
                owesRoom += more ? 0 : 1;
                return more;
            }
        }

        @Override
        public boolean ping() throws IOException {
            synchronized (Wire.this) {
                boolean more = near.ping();
                pings++;
                owesRoom += more ? 0 : 1;
                return more;
            }
        }

        @Override
        public long progress() {
            return near.progress();
        }

        @Override
        public void close(int code, String reason) throws IOException {
            near.close(code, reason);
            synchronized (Wire.this) {
                engineCloses = true;
            }
        }

        @Override
        public void abort() {
            synchronized (Wire.this) {
                cut = true;
                Wire.this.notifyAll();
            }
            near.abort();
        }

        @Override
        public void discardIncoming() {
            near.discardIncoming();
        }

        @Override
        public void pauseReading() {
            synchronized (Wire.this) {
                enginePauses = true;
            }
            near.pauseReading();
        }

        @Override
        public void resumeReading() {
            synchronized (Wire.this) {
                enginePauses = false;
            }
            near.resumeReading();
        }
    }
}
