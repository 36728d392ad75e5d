package io.xywebsocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Handlers that leave their thread interrupted, on an executor of the application's: here it is the test's own thread. */
class LeftoverInterruptTests extends WithEndpoints {

    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final RecordingTransport transport = new RecordingTransport();
    private XyEndpoint endpoint;
    private Connection connection;

    @AfterEach
    void clear() {
        Thread.interrupted();
    }

    private void connect() {
        endpoint = endpoint(settings -> settings.clock(new ManualClock()).executor(tasks::add));
        endpoint.handlers().register("leaves", (name, payload, peer) -> {
            Thread.currentThread().interrupt();
            return 1;
        });
        endpoint.handlers().register("looks", (name, payload, peer) -> Thread.currentThread()
                .isInterrupted());
        connection =
                (Connection) endpoint.open(transport, new XyHandshake(URI.create("/ws"), Map.of(), null), Map.of());
        tasks.remove().run();
    }

    @Test
    void anInterruptThatAHandlerLeavesIsNeitherTheNextOnesNorTheWrites() {
        connect();
        connection.text(call("leaves", "1"));
        connection.text(call("looks", "2"));
        connection.text(call("leaves", "3"));
        assertThat(tasks).hasSize(1);
        tasks.remove().run();
        assertThat(transport.written())
                .containsExactly(
                        resolved("leaves", "1", "1") + ",",
                        resolved("looks", "2", "false") + ",",
                        resolved("leaves", "3", "1") + ".");
        assertThat(transport.wasInterrupted()).isFalse();
        assertThat(Thread.interrupted()).as("of the executor's own thread").isTrue();
    }

    @Test
    void anInterruptOfTheExecutorsIsNotTheWritesButIsKeptForIt() {
        connect();
        connection.text(call("looks", "1"));
        Thread.currentThread().interrupt();
        tasks.remove().run();
        assertThat(transport.written()).containsExactly(resolved("looks", "1", "true") + ".");
        assertThat(transport.wasInterrupted()).isFalse();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void aThreadThatNobodyInterruptsIsNotInterrupted() {
        connect();
        connection.text(call("looks", "1"));
        tasks.remove().run();
        assertThat(Thread.interrupted()).isFalse();
    }
}
