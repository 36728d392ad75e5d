package io.xywebsocket.client;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.xywebsocket.ManualClock;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ConnectionLogTests {

    private final ManualClock clock = new ManualClock();
    private final ConnectionLog told = new ConnectionLog("ws://there/ws", clock);

    private void fail(int tries) {
        told.trouble(new IOException("down"), tries, Duration.ofMillis(100));
    }

    @Test
    void hasOneLineForAnOutageAndOneForItsEnd() {
        try (WithClients.Log log = new WithClients.Log()) {
            for (int i = 0; i < 1_000; i++) {
                fail(i);
                clock.advance(Duration.ofSeconds(10));
            }
            told.connected();
            assertThat(log.lines(Level.INFO))
                    .containsExactly(
                            "Not connected to ws://there/ws, trying on: java.io.IOException: down",
                            "Connected to ws://there/ws again");
        }
    }

    @Test
    void doesNotSayConnectedLastWhenAServerThatCameAndWentStaysAway() {
        try (WithClients.Log log = new WithClients.Log()) {
            for (int i = 0; i < 10; i++) {
                fail(0);
                fail(1);
                told.connected();
                clock.advance(Duration.ofSeconds(1));
            }
            assertThat(log.lines(Level.INFO)).hasSize(2).last().asString().startsWith("Connected");
            for (int i = 0; i < 20; i++) {
                fail(i);
                clock.advance(Duration.ofSeconds(10));
            }
            assertThat(log.lines(Level.INFO)).hasSize(3).last().asString().startsWith("Not connected");
        }
    }
}
