package io.xywebsocket.client;

import io.xywebsocket.XyHandshake;
import io.xywebsocket.untrusted.LogText;
import java.net.URI;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How a client connects; see {@link XyClientBuilder}. */
record ClientSettings(
        URI uri,
        List<Supplier<Map<String, String>>> headers,
        List<String> subProtocols,
        Duration connectTimeout,
        Duration minBackoff,
        Duration maxBackoff,
        int maxTries,
        boolean waitForConnection,
        boolean renewsLogin,
        XyClient.@Nullable Reconnect reconnect,
        @Nullable Supplier<WebSocket.Builder> webSockets) {

    /** Asks the sources of headers. Later ones win, in whatever case they write a name. */
    Map<String, String> currentHeaders() {
        Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.forEach(source -> all.putAll(HeaderCheck.checked(source.get())));
        return all;
    }

    /** What a connection begins with. */
    XyHandshake handshake(Map<String, String> sent) {
        XyHandshake.Builder handshake = XyHandshake.builder(uri);
        sent.forEach(handshake::header);
        return handshake.build();
    }

    /** The server for log lines and messages. */
    String target() {
        return LogText.address(uri);
    }

    @Override
    public String toString() {
        return target();
    }
}
