package io.xywebsocket.client;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.xywebsocket.engine.ManualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ConnectionLogTests {

    private final ManualClock clock = new ManualClock();
    private final ConnectionLog told = new ConnectionLog("ws://there/ws", clock);

    private void fail(int tries) {
        told.trouble(new IOException("down"), tries, Duration.ofMillis(100));
    }

    @Test
    void hasOneLineForAnOutageAndOneForItsEnd() {
        try (WithClients.Log log = new WithClients.Log()) {
            told.connected();
            for (int i = 0; i < 1_000; i++) {
                fail(i);
                clock.advance(Duration.ofSeconds(10));
            }
            told.connected();
            assertThat(log.lines(Level.INFO))
                    .containsExactly(
                            "Connected to ws://there/ws",
                            "Not connected to ws://there/ws, will keep trying: java.io.IOException: down",
                            "Connected to ws://there/ws again");
        }
    }

    @Test
    void doesNotCallTheFirstConnectionAnotherOne() {
        try (WithClients.Log log = new WithClients.Log()) {
            fail(1);
            told.connected();
            assertThat(log.lines(Level.INFO)).last().isEqualTo("Connected to ws://there/ws");
        }
    }

    @Test
    void tellsEachConnectionOnceAMinuteAtMostAndHowManyItDidNotTell() {
        try (WithClients.Log log = new WithClients.Log()) {
            for (int i = 0; i < 7; i++) {
                told.connected();
                clock.advance(Duration.ofSeconds(10));
            }
            clock.advance(Duration.ofMinutes(2));
            told.connected();
            assertThat(log.lines(Level.INFO))
                    .containsExactly(
                            "Connected to ws://there/ws",
                            "Connected to ws://there/ws (and 5 more times)",
                            "Connected to ws://there/ws");
        }
    }

    @Test
    void hasTwoLinesAMinuteForAServerThatEndsEachConnectionAfterSomeSeconds() {
        try (WithClients.Log log = new WithClients.Log()) {
            told.connected();
            for (int i = 0; i < 60; i++) {
                clock.advance(Duration.ofSeconds(9));
                told.lasted(Duration.ofSeconds(9).toNanos());
                fail(0);
                clock.advance(Duration.ofSeconds(1));
                told.connected();
            }
            List<String> lines = log.lines(Level.INFO);
            assertThat(lines).hasSizeBetween(12, 24);
            assertThat(lines.get(lines.size() - 1)).startsWith("Connected");
            for (int i = 0; i < 20; i++) {
                fail(i);
                clock.advance(Duration.ofSeconds(10));
            }
            assertThat(log.lines(Level.INFO)).last().asString().startsWith("Not connected");
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

    @Test
    void aServersTextForgesNoLine() {
        IOException refused = new IOException("no", new IOException("1008\nFORGED\u2028FORGED"));
        Logger logger = (Logger) LoggerFactory.getLogger(XyClient.class.getPackageName());
        logger.setLevel(Level.DEBUG);
        try (WithClients.Log log = new WithClients.Log()) {
            told.trouble(refused, 1, Duration.ZERO);
            told.trouble(refused, 2, Duration.ZERO);
            told.gaveUp(refused, 3);
            assertThat(log.lines(Level.DEBUG)).hasSize(3);
            assertThat(log.lines(Level.INFO)).hasSize(2).allSatisfy(line -> assertThat(line)
                    .endsWith("java.io.IOException: 1008?FORGED?FORGED"));
            assertThat(log.traces())
                    .contains("java.io.IOException: 1008?FORGED?FORGED")
                    .doesNotContain("\nFORGED", "\u2028");
        } finally {
            logger.setLevel(null);
        }
    }
}
