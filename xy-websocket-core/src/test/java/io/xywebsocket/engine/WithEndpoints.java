package io.xywebsocket.engine;

import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyLimits;
import io.xywebsocket.XyTimeouts;
import io.xywebsocket.concurrent.XyExecutor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;

/** A test that makes endpoints and connects raw peers to them; all of it is closed after each test. */
abstract class WithEndpoints {

    /** A text arrives over a connection. */
    static void text(Connection connection, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        connection.onText(utf8, 0, utf8.length);
    }

    static final String ALIVE = "{\"e\":\"c.alive?\",\"id\":0}";

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final List<XyExecutor> executors = new ArrayList<>();

    @AfterEach
    void closeWhatWasOpened() throws Exception {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
        // a handler that is interrupted now logs it, which is not for the next test to see
        for (XyExecutor executor : executors) {
            await().pollInterval(millis(1)).until(() -> executor.size() == 0);
        }
    }

    XyEndpoint endpoint() {
        return endpoint(settings -> settings);
    }

    XyEndpoint endpoint(UnaryOperator<XyEndpointBuilder> settings) {
        XyEndpoint endpoint = closing(settings.apply(XyEndpoint.builder()).build());
        if (endpoint.context.tasks().executor instanceof XyExecutor executor) {
            executors.add(executor);
        }
        return endpoint;
    }

    RawPeer connect(XyEndpoint endpoint) {
        return closing(RawPeer.connect(endpoint));
    }

    /** A peer on a wire that holds so many bytes. */
    RawPeer connect(XyEndpoint endpoint, int capacity) {
        return closing(RawPeer.connect(endpoint, capacity));
    }

    <C extends AutoCloseable> C closing(C closeable) {
        opened.push(closeable);
        return closeable;
    }

    /** Whether nothing is done or left to do for this peer. That comes a little later than the answer to its last call. */
    static boolean isIdle(RawPeer peer) {
        return ((ConnectionPeer) peer.peer()).connection.isIdle();
    }

    static Duration millis(long millis) {
        return Duration.ofMillis(millis);
    }

    /** The default timeouts but for the time that a running listener holds up calls. */
    static XyTimeouts eventOrder(long millis) {
        return XyTimeouts.DEFAULT.withEventOrder(millis(millis));
    }

    static XyTimeouts callTimeout(long millis) {
        return XyTimeouts.DEFAULT.withCall(millis(millis));
    }

    static XyTimeouts sendTimeout(long millis) {
        return XyTimeouts.DEFAULT.withSend(millis(millis));
    }

    static XyLimits receiveBuffer(int bytes, int maxConcurrentCalls) {
        return XyLimits.DEFAULT
                .withMaxMessageSize(Math.min(bytes, 1000))
                .withReceiveBufferSize(bytes)
                .withMaxConcurrentCalls(maxConcurrentCalls);
    }

    static XyLimits sendBuffer(int bytes) {
        return XyLimits.DEFAULT.withSendBufferSize(bytes);
    }

    /** Limits so narrow that few messages reach them. */
    static XyLimits narrow(int message, int sendBuffer, int receiveBuffer, int calls) {
        return XyLimits.DEFAULT
                .withMaxMessageSize(message)
                .withSendBufferSize(sendBuffer)
                .withReceiveBufferSize(receiveBuffer)
                .withMaxConcurrentCalls(calls)
                .withMaxPendingCalls(calls);
    }

    /** The same time for everything but unfinished messages. */
    static XyTimeouts all(Duration timeout) {
        return XyTimeouts.DEFAULT
                .withCall(timeout)
                .withHeartbeatInterval(timeout)
                .withSend(timeout)
                .withEventOrder(timeout);
    }

    static String call(String name, String id) {
        return "{\"e\":\"c." + name + "\",\"id\":" + id + "}";
    }

    static String call(String name, String payload, String id) {
        return "{\"e\":\"c." + name + "\",\"p\":" + payload + ",\"id\":" + id + "}";
    }

    /** A call whose caller waits so many milliseconds. */
    static String deadlines(String name, String payload, String id, long ttl) {
        return "{\"e\":\"c." + name + "\",\"p\":" + payload + ",\"id\":" + id + ",\"ttl\":" + ttl + "}";
    }

    static String cancel(String name, String id) {
        return "{\"e\":\"cancel." + name + "\",\"id\":" + id + "}";
    }

    static String event(String name) {
        return "{\"e\":\"e." + name + "\"}";
    }

    static String event(String name, String payload) {
        return "{\"e\":\"e." + name + "\",\"p\":" + payload + "}";
    }

    static String resolved(String name, String id, String payload) {
        return "{\"e\":\"resolve." + name + "\",\"id\":" + id + ",\"p\":" + payload + "}";
    }

    static String rejected(String name, String id, String payload) {
        return "{\"e\":\"reject." + name + "\",\"id\":" + id + ",\"p\":" + payload + "}";
    }
}
