package io.xywebsocket.websocket;

import io.xywebsocket.XyClock;
import io.xywebsocket.transport.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The server's end of a WebSocket connection over a {@link Wire}. Thread-safe. */
public final class WebSocketTransport implements Transport {

    private final Wire wire;

    /**
     * @param wire           not read from before {@link #start}
     * @param clock          for the timers of the closing handshake
     * @param maxMessageSize bytes that a message may have at most
     */
    public WebSocketTransport(Wire wire, XyClock clock, int maxMessageSize) {
        this.wire = wire;
    }

    /** From now on the receiver hears what arrives. To be called once, before any of the methods that begin with {@code on}. */
    public void start(Receiver receiver) {
    }

    /** Bytes have arrived. All of them are taken; the buffer is the caller's again once this has returned, and its content changed. */
    public void onBytes(ByteBuffer bytes) {}

    /** Everything that has been written has gone out. */
    public void onWritable() {}

    /** The other side has ended its direction of the connection. */
    public void onEndOfInput() {}

    /** The connection is broken or has been closed by the container. After its end, or a second time, it does nothing. */
    public void onError(Throwable error) {}

    @Override
    public void send(String text, boolean last) throws IOException {}

    @Override
    public void ping() throws IOException {}

    @Override
    public void close(int code, String reason) throws IOException {}

    @Override
    public void cut() {
        wire.abort();
    }

    @Override
    public void pauseReading() {
        wire.suspend();
    }

    @Override
    public void resumeReading() {
        wire.resume();
    }
}
