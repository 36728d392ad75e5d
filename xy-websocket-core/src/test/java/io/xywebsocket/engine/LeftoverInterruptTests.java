package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.xywebsocket.XyHandshake;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Handlers that leave their thread interrupted, on an executor of the application's: here it is the test's own thread. */
class LeftoverInterruptTests extends WithEndpoints {

    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final RecordingTransport transport = new RecordingTransport();
    private final List<Boolean> seen = new ArrayList<>();
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
        connection = (Connection)
                endpoint.open(transport, XyHandshake.builder(URI.create("/ws")).build(), Map.of());
        tasks.remove().run();
    }

    @Test
    void anInterruptThatAHandlerLeavesIsNeitherTheNextOnesNorTheWrites() {
        connect();
        text(connection, call("leaves", "1"));
        text(connection, call("looks", "2"));
        text(connection, call("leaves", "3"));
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
        text(connection, call("looks", "1"));
        Thread.currentThread().interrupt();
        tasks.remove().run();
        assertThat(transport.written()).containsExactly(resolved("looks", "1", "true") + ".");
        assertThat(transport.wasInterrupted()).isFalse();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void anInterruptThatAListenerLeavesIsNotTheNextOnes() {
        connect();
        endpoint.handlers()
                .on("e", (name, payload, peer) -> Thread.currentThread().interrupt());
        endpoint.handlers()
                .on(
                        "e",
                        (name, payload, peer) -> seen.add(Thread.currentThread().isInterrupted()));
        text(connection, event("e"));
        tasks.remove().run();
        assertThat(seen).containsExactly(false);
        assertThat(Thread.interrupted()).as("of the executor's own thread").isTrue();
    }

    @Test
    void anInterruptThatAStageLeavesIsNotTheNextCallsOnes() {
        connect();
        var leaves = connection.peer.call("a", Void.class).thenRun(() -> Thread.currentThread()
                .interrupt());
        var looks = connection
                .peer
                .call("b", Void.class)
                .thenRun(() -> seen.add(Thread.currentThread().isInterrupted()));
        text(connection, resolved("a", "\"1\"", "null"));
        text(connection, resolved("b", "\"2\"", "null"));
        assertThat(tasks).hasSize(1);
        tasks.remove().run();
        assertThat(leaves).isCompleted();
        assertThat(looks).isCompleted();
        assertThat(seen).containsExactly(false);
        assertThat(Thread.interrupted()).as("of the executor's own thread").isTrue();
    }

    @Test
    void aThreadThatNobodyInterruptsIsNotInterrupted() {
        connect();
        text(connection, call("looks", "1"));
        tasks.remove().run();
        assertThat(Thread.interrupted()).isFalse();
    }
}
