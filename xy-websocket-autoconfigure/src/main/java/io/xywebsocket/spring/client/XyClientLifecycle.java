package io.xywebsocket.spring.client;

import io.xywebsocket.XyStatistics;
import io.xywebsocket.client.XyClient;
import io.xywebsocket.spring.XyClientConnectedEvent;
import io.xywebsocket.spring.XyClientDisconnectedEvent;
import io.xywebsocket.spring.XyClientGaveUpEvent;
import io.xywebsocket.spring.XyClientRetryingEvent;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * Connects the application's clients once all its beans are there, closes them with it, and publishes what becomes of their
 * connections.
 *
 * <p>A context that is stopped to be started again, as the test framework does with contexts that nobody uses, keeps its
 * connections: a client that is closed is closed for good.
 *
 * @since 0.1
 */
public final class XyClientLifecycle implements SmartLifecycle {

    /**
     * After the web server's start. Before its end, but after its graceful shutdown (in {@code DEFAULT_PHASE - 1024}) and that of the
     * endpoint: requests that are still being handled may need the clients.
     */
    private static final int PHASE = DEFAULT_PHASE - 1536;

    private static final Duration FAREWELL = Duration.ofSeconds(2);

    private final Map<String, XyClient> clients;
    private final ConfigurableApplicationContext context;
    private volatile boolean running;

    /**
     * @param clients by their names
     * @param context ends them, and hears of them
     */
    public XyClientLifecycle(Map<String, XyClient> clients, ConfigurableApplicationContext context) {
        this.clients = Map.copyOf(clients);
        this.context = context;
        this.clients.forEach((name, client) -> publish(name, client, context));
    }

    private static void publish(String name, XyClient client, ApplicationEventPublisher events) {
        client.onConnected(server -> events.publishEvent(new XyClientConnectedEvent(name, client, server)));
        client.onDisconnected((server, code, reason) ->
                events.publishEvent(new XyClientDisconnectedEvent(name, client, server, code, reason)));
        client.onRetrying((tries, delay, cause) ->
                events.publishEvent(new XyClientRetryingEvent(name, client, tries, delay, cause)));
        client.onGaveUp(cause -> events.publishEvent(new XyClientGaveUpEvent(name, client, cause)));
    }

    @Override
    public void start() {
        running = true;
        for (XyClient client : clients.values()) {
            if (client.state() != XyClient.State.CLOSED) {
                client.connect();
            }
        }
    }

    @Override
    public void stop() {
        stop(() -> {});
    }

    @Override
    public void stop(Runnable callback) {
        running = false;
        if (!context.isClosed()) {
            callback.run();
            return;
        }
        closeAll().whenComplete((closed, error) -> whenGone(callback, System.nanoTime() + FAREWELL.toNanos()));
    }

    /** Each on a thread of its own: a server that doesn't answer the close holds up nobody but its own client. */
    private CompletableFuture<Void> closeAll() {
        return CompletableFuture.allOf(clients.entrySet().stream()
                .map(each -> CompletableFuture.runAsync(each.getValue()::close, task -> thread(task, each.getKey())))
                .toArray(CompletableFuture<?>[]::new));
    }

    private static void thread(Runnable task, String client) {
        new Thread(task, "xy-close-" + client).start();
    }

    /** The application's listeners are to hear of the last disconnection while there still is an application. */
    private void whenGone(Runnable then, long deadline) {
        if (clients.values().stream().allMatch(XyClientLifecycle::isGone) || System.nanoTime() - deadline > 0) {
            then.run();
        } else {
            Executor soon = CompletableFuture.delayedExecutor(5, TimeUnit.MILLISECONDS);
            soon.execute(() -> whenGone(then, deadline));
        }
    }

    private static boolean isGone(XyClient client) {
        XyStatistics statistics = client.statistics();
        return statistics == null || statistics.peers() + statistics.closing() == 0; // null: a mock's
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
