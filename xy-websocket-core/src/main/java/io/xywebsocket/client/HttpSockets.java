package io.xywebsocket.client;

import java.lang.reflect.InvocationTargetException;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The JDK's HTTP client, as far as it opens WebSockets. Thread-safe. */
final class HttpSockets implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(HttpSockets.class);

    private final XyClientBuilder settings;
    private final HttpClient http;

    HttpSockets(XyClientBuilder settings, Executor executor) {
        this.settings = settings;
        HttpClient.Builder builder = HttpClient.newBuilder().executor(executor).connectTimeout(settings.connectTimeout);
        if (settings.sslContext != null) {
            builder.sslContext(settings.sslContext);
        }
        if (settings.proxy != null) {
            builder.proxy(settings.proxy);
        }
        http = builder.build();
    }

    CompletableFuture<WebSocket> open(Map<String, String> headers, WebSocket.Listener listener) {
        WebSocket.Builder request = http.newWebSocketBuilder().connectTimeout(settings.connectTimeout);
        headers.forEach(request::header);
        List<String> protocols = settings.subProtocols;
        if (!protocols.isEmpty()) {
            String[] further = protocols.subList(1, protocols.size()).toArray(String[]::new);
            request.subprotocols(protocols.get(0), further);
        }
        return request.buildAsync(settings.uri, listener);
    }

    /** Ends the client's thread where the JDK has a way to (21 and later); before that it ends when the client is collected. */
    @Override
    public void close() {
        try {
            HttpClient.class.getMethod("shutdownNow").invoke(http);
        } catch (NoSuchMethodException beforeJava21) {
            log.trace("The client's thread ends with the next garbage collection");
        } catch (IllegalAccessException | InvocationTargetException e) {
            log.debug("The HTTP client can't be shut down", e);
        }
    }
}
