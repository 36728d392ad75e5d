package io.xywebsocket.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.xywebsocket.XyClock;
import io.xywebsocket.concurrent.XyExecutor;
import io.xywebsocket.untrusted.LogText;
import java.lang.reflect.InvocationTargetException;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The JDK's HTTP client as far as it opens WebSockets, and the threads that it reads on. Thread-safe. */
final class HttpSockets implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(HttpSockets.class);

    private final XyExecutor executor;
    private final @Nullable SSLContext sslContext;
    private final @Nullable ProxySelector proxy;

    @GuardedBy("this")
    private @Nullable HttpClient http;

    @GuardedBy("this")
    private boolean closed;

    HttpSockets(XyClock clock, @Nullable SSLContext sslContext, @Nullable ProxySelector proxy) {
        this.executor = new XyExecutor("xy-client-", Integer.MAX_VALUE, clock);
        this.sslContext = sslContext;
        this.proxy = proxy;
    }

    /** Reads, and does whatever else of connecting may block. Refuses nothing. */
    Executor executor() {
        return this::executeAlways;
    }

    /** Shakes hands; how long that takes is up to the caller, who may cancel it. May block, in the application's proxy selector. */
    CompletableFuture<WebSocket> open(
            ClientSettings settings, Map<String, String> headers, WebSocket.Listener listener) {
        // the caller's patience ends first, unless it can't any more because the client is closed
        Supplier<WebSocket.Builder> source = settings.webSockets();
        WebSocket.Builder request = (source == null ? http().newWebSocketBuilder() : source.get())
                .connectTimeout(settings.connectTimeout().plusSeconds(1));
        headers.forEach((name, value) -> set(request, name, value));
        List<String> protocols = settings.subProtocols();
        if (!protocols.isEmpty()) {
            String[] further = protocols.subList(1, protocols.size()).toArray(String[]::new);
            request.subprotocols(protocols.get(0), further);
        }
        return request.buildAsync(settings.uri(), listener);
    }

    /** Whoever made the builder may refuse what the JDK's takes, and quote the value. */
    private static void set(WebSocket.Builder request, String name, String value) {
        try {
            request.header(name, value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("The header '" + name + "' is refused by the WebSocket.Builder");
        }
    }

    /** Makes the client, which takes a while, now rather than when many wait for it. */
    void prepare() {
        http();
    }

    /** The client, whose selector thread starts with the first try. */
    private synchronized HttpClient http() {
        if (closed) {
            throw new IllegalStateException("closed");
        }
        if (http == null) {
            HttpClient.Builder builder = HttpClient.newBuilder().executor(executor());
            if (sslContext != null) {
                builder.sslContext(sslContext);
            }
            if (proxy != null) {
                builder.proxy(proxy);
            }
            http = builder.build();
        }
        return http;
    }

    /** A task that were refused would leave the JDK's bookkeeping, and with it the selector's thread, waiting for ever. */
    private void executeAlways(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            task.run();
        }
    }

    /** Ends the threads. The selector's ends at once where the JDK has a way to (21 and later), else when the client is collected. */
    @Override
    public void close() {
        HttpClient last;
        synchronized (this) {
            closed = true;
            last = http;
            http = null;
        }
        if (last != null) {
            shutdown(last);
        }
        executor.close();
    }

    private static void shutdown(HttpClient http) {
        try {
            HttpClient.class.getMethod("shutdownNow").invoke(http);
        } catch (NoSuchMethodException beforeJava21) {
            LogText.quietly(() -> log.trace("The selector's thread ends with the next garbage collection"));
        } catch (IllegalAccessException | InvocationTargetException e) {
            LogText.quietly(() -> log.debug("The HTTP client can't be shut down", LogText.of(e)));
        }
    }
}
