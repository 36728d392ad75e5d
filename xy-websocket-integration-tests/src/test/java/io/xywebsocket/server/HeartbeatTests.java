package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyNotConnectedException;
import io.xywebsocket.XyPeer;
import io.xywebsocket.spring.XyDisconnectedEvent;
import io.xywebsocket.transport.Line;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("server")
class HeartbeatTests {

    private static final Duration INTERVAL = Duration.ofMillis(700);

    /** Where it matters how long two of them last: a busy machine must not be taken for a late drop. */
    private static final Duration STEADY_INTERVAL = Duration.ofSeconds(1);

    /** Peers are looked at four times in each interval, so what is due waits for the next look. */
    private static final Duration GRAIN = STEADY_INTERVAL.dividedBy(4);

    private static final Duration BUSY_MACHINE = Duration.ofSeconds(2);

    private static App app;

    @BeforeAll
    static void start() {
        app = App.with("xy.websocket.heartbeat-interval=" + INTERVAL.toMillis() + "ms")
                .start(Functions.class);
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @BeforeEach
    void forget() {
        app.lifeCycle().forget();
    }

    @Test
    void keepsAPeerThatAnswersPings() {
        try (RawClient client = app.connect()) {
            for (int i = 0; i < 5; i++) {
                client.nextPing();
            }

            assertThat(client.isOpen()).isTrue();
            assertThat(client.call("echo", "1").next()).endsWith("\"p\":1}");
        }
    }

    @Test
    void keepsAPeerThatSendsButAnswersNoPings() {
        try (RawClient client = app.handshake().notAnsweringPings().open()) {
            for (int i = 0; i < 5; i++) {
                client.nextPing();
                assertThat(client.call("echo", "1").next()).endsWith("\"p\":1}");
            }
            assertThat(client.isOpen()).isTrue();
        }
    }

    @Test
    void dropsAPeerOfWhichNothingCameSinceTheLastPing() {
        long start = System.nanoTime();
        try (RawClient client = app.handshake().notAnsweringPings().open()) {
            XyPeer peer = app.lifeCycle().connected();
            client.nextPing();

            XyDisconnectedEvent gone = app.lifeCycle().disconnected(peer);

            assertThat(gone.code()).isEqualTo(1006);
            assertThat(gone.reason()).isEqualTo("no sign of life since the last ping");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(INTERVAL, Duration.ofSeconds(8));
            client.awaitEnd();
        }
        await().until(() -> app.endpoint().statistics().closing() == 0);
    }

    @Test
    void dropsAPeerWhoseLineIsCutWithinTwoHeartbeatsAndOnlyThat() throws IOException {
        try (App steady = App.with("xy.websocket.heartbeat-interval=" + STEADY_INTERVAL.toMillis() + "ms")
                        .start(Functions.class);
                Line line = new Line(steady.port());
                RawClient bystander = steady.connect()) {
            XyPeer other = steady.lifeCycle().connected();
            RawClient client = Handshake.to(line.port()).open();
            XyPeer peer = steady.lifeCycle().connected();
            CompletableFuture<String> inFlight =
                    peer.withTimeout(Duration.ofMinutes(5)).call("answer", String.class);
            client.nextPing();

            line.cut(true, true);
            long start = System.nanoTime();

            XyDisconnectedEvent gone = steady.lifeCycle().disconnected(peer);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isLessThan(STEADY_INTERVAL.multipliedBy(2).plus(GRAIN).plus(BUSY_MACHINE));
            assertThat(gone.code()).isEqualTo(1006);
            assertThat(inFlight)
                    .failsWithin(Duration.ofSeconds(5))
                    .withThrowableThat()
                    .withCauseInstanceOf(XyNotConnectedException.class);
            assertThat(other.isOpen()).isTrue();
            assertThat(bystander.call("echo", "1").next()).endsWith("\"p\":1}");
            await().until(() -> steady.endpoint().statistics().closing() == 0);
        }
    }

    /** Tomcat leaves its own pongs in the buffer while batching is on. */
    @Test
    void answersPingsAtOnceAlsoAfterBurstsOfAnswers() {
        try (App calm = App.of(Functions.class);
                RawClient client = calm.connect()) {
            for (int round = 0; round < 20; round++) {
                for (int i = 0; i < 20; i++) {
                    client.call("echo", "" + i);
                }
                for (int i = 0; i < 20; i++) {
                    client.next();
                }
                long start = System.nanoTime();
                client.ping("are you there? " + round);
                assertThat(client.nextPong()).isEqualTo("are you there? " + round);
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
            }
        }
    }
}
