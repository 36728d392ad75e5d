package io.xywebsocket.server;

import io.xywebsocket.transport.Transport;
import io.xywebsocket.transport.TransportContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** A client and the server's transport to it. */
final class ServerWire implements TransportContract.Wire {

    final RawClient far;
    private final Transport near;
    private final List<String> received = new ArrayList<>();

    ServerWire(Transport near, RawClient far) {
        this.near = near;
        this.far = far;
    }

    @Override
    public Transport near() {
        return near;
    }

    @Override
    public List<String> textsAtFarEnd() {
        while (far.unread() > 0) {
            received.add(far.next());
        }
        return received;
    }

    @Override
    public int pingsAtFarEnd() {
        return far.unreadPings();
    }

    @Override
    public TransportContract.Closed closedAtFarEnd() {
        if (far.isOpen()) {
            return null;
        }
        RawClient.Closing closing = far.closing();
        return new TransportContract.Closed(closing.code(), closing.reason());
    }

    @Override
    public void send(String text) throws IOException {
        try {
            far.send(text);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public void ping() {
        far.frame(0x80 | RawClient.PING, new byte[0]);
    }

    @Override
    public void pong() {
        far.frame(0x80 | RawClient.PONG, new byte[0]);
    }

    @Override
    public void close(int code, String reason) {
        if (code == 1005) {
            far.sendEmptyClose();
        } else {
            far.sendClose(code, reason);
        }
    }

    @Override
    public void vanish() {
        far.vanish();
    }

    @Override
    public void stopReading() {
        far.stopReading();
    }

    @Override
    public void readOn() {
        far.readOn();
    }

    @Override
    public void close() {
        near.abort();
        far.close();
    }
}
