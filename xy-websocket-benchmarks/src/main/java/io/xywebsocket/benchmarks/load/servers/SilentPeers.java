package io.xywebsocket.benchmarks.load.servers;

import io.xywebsocket.XyHandshake;
import io.xywebsocket.engine.XyEndpoint;
import io.xywebsocket.transport.OutgoingMessage;
import io.xywebsocket.transport.Transport;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Peers without sockets. */
public final class SilentPeers {

    private SilentPeers() {}

    /** Connects one, with the headers that a handshake has at least. */
    public static Transport.Receiver open(XyEndpoint endpoint, int number, @Nullable String user) {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        for (String name : List.of("host", "upgrade", "connection", "sec-websocket-version", "sec-websocket-key")) {
            headers.put(name, List.of(name + " of " + number));
        }
        URI uri = URI.create("http://127.0.0.1:8080/ws");
        XyHandshake.Builder handshake = XyHandshake.builder(uri).headers(headers);
        if (user != null) {
            handshake.principal(() -> user);
        }
        return endpoint.open(new Nowhere(), handshake.build(), Map.of());
    }

    /** Takes everything and keeps nothing. */
    private static final class Nowhere implements Transport {
        @Override
        public boolean send(OutgoingMessage message, boolean last) {
            return true;
        }

        @Override
        public boolean ping() {
            return true;
        }

        @Override
        public long progress() {
            return 0;
        }

        @Override
        public void close(int code, String reason) {}

        @Override
        public void abort() {}

        @Override
        public void pauseReading() {}

        @Override
        public void resumeReading() {}
    }
}
