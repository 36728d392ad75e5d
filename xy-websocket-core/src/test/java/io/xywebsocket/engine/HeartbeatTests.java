package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XySlowPeerPolicy;
import io.xywebsocket.XyTimeouts;
import io.xywebsocket.protocol.JsonBuffer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is pinged, and who is dropped. */
class HeartbeatTests extends WithEndpoints {

    private static final long SECOND = 1_000_000_000L;

    private final RecordingTransport transport = new RecordingTransport();
    private final Outbound outbound = new Outbound(
            transport,
            Runnable::run,
            new SendQueue(1000, XySlowPeerPolicy.DROP_PEER, new Counters()),
            new Outbound.Owner() {
                @Override
                public void onPinged() {
                    heartbeat.onPinged(now);
                }

                @Override
                public void onRoomToSend() {}

                @Override
                public void onWriteFailed(Throwable cause) {}
            });
    private final Heartbeat heartbeat = new Heartbeat(XyTimeouts.DEFAULT, 0);
    private long now;

    @BeforeEach
    void tellOfRoom() {
        transport.whenWritable(outbound::onWritable);
    }

    private String checkAt(long second) {
        return checkAt(second, false);
    }

    private String checkAt(long second, boolean paused) {
        now = second * SECOND;
        return heartbeat.check(now, paused, outbound);
    }

    @Test
    void pingsAtTheInterval() {
        for (int second = 0; second < 95; second++) {
            assertThat(checkAt(second)).isNull();
            heartbeat.onSignOfLife();
            assertThat(transport.pings()).isEqualTo(second / 30);
        }
    }

    @Test
    void findsDeadWhoeverWasNotHeardOfSinceThePing() {
        heartbeat.onSignOfLife();
        assertThat(checkAt(30)).isNull();
        assertThat(checkAt(59)).isNull();
        assertThat(checkAt(60)).isEqualTo("no sign of life since the last ping");
    }

    @Test
    void anythingHeardSinceThePingIsASignOfLife() {
        for (int second = 30; second < 300; second += 30) {
            assertThat(checkAt(second)).isNull();
            heartbeat.onSignOfLife();
        }
    }

    @Test
    void restsWhileReadingIsPaused() {
        assertThat(checkAt(30)).isNull();
        assertThat(checkAt(60, true)).isNull();
        assertThat(checkAt(90, true)).isNull();
        assertThat(checkAt(119, true)).isNull();
        assertThat(checkAt(120)).isNull();
        assertThat(checkAt(150)).isNotNull();
    }

    @Test
    void givesAPingThatWasWrittenLateItsFullTime() {
        assertThat(checkAt(30)).isNull();
        heartbeat.onPinged(55 * SECOND);
        assertThat(checkAt(60)).isNull();
        assertThat(checkAt(84)).isNull();
        assertThat(checkAt(86)).isNotNull();
    }

    @Test
    void findsStuckWhoeverTakesNothingForTheSendTimeout() {
        transport.hold();
        outbound.send(EncodedFrame.of(new JsonBuffer().append("text"), EncodedFrame.Kind.EVENT, null));
        assertThat(checkAt(1)).isNull();
        assertThat(checkAt(10)).isNull();
        assertThat(checkAt(11)).isEqualTo("too slow: no write got through");
        transport.letGo();
        assertThat(checkAt(12)).isNull();
        assertThat(checkAt(29)).isNull();
    }

    @Test
    void keepsWhoeverTakesSomethingNowAndThen() {
        transport.hold();
        for (int i = 0; i < 5; i++) {
            outbound.add(EncodedFrame.of(new JsonBuffer().append("" + i), EncodedFrame.Kind.EVENT, null));
        }
        outbound.drain();
        for (int i = 1; i < 5; i++) {
            assertThat(checkAt(7 * i)).isNull();
            transport.letOneGo();
        }
        assertThat(checkAt(30)).isNull();
        assertThat(checkAt(39)).isNull();
        assertThat(checkAt(40)).isNotNull();
        transport.letGo();
    }

    @Test
    void dropsTheDeadAndKeepsTheLiving() {
        XyTimeouts timeouts =
                XyTimeouts.DEFAULT.withHeartbeatInterval(millis(1_000)).withSend(millis(5000));
        XyEndpoint endpoint = endpoint(settings -> settings.timeouts(timeouts));
        RawPeer dead = connect(endpoint);
        RawPeer living = connect(endpoint);
        dead.stopReading();
        assertThat(dead.awaitClosed().code()).isEqualTo(1006);
        await().until(() -> endpoint.statistics().droppedPeers() == 1);
        int pings = living.pings();
        await().until(() -> living.pings() > pings + 3);
        assertThat(endpoint.peers()).containsExactly(living.peer());
        living.assertAlive();
    }

    @Test
    void keepsAPeerThatCannotBeHeardBecauseReadingIsPaused() {
        XyTimeouts timeouts =
                XyTimeouts.DEFAULT.withHeartbeatInterval(millis(600)).withSend(millis(5000));
        CountDownLatch release = new CountDownLatch(1);
        XyEndpoint endpoint = endpoint(settings -> settings.timeouts(timeouts).limits(receiveBuffer(1000, 1)));
        endpoint.handlers().on("e", (name, payload, peer) -> release.await());
        RawPeer peer = connect(endpoint, 1 << 20);
        for (int i = 0; i < 30; i++) {
            peer.send(event("e", "\"" + "x".repeat(300) + "\""));
        }
        await().until(() -> peer.pings() > 0);
        await().pollInterval(millis(10)).during(Duration.ofMillis(3000)).until(peer::isOpen);
        release.countDown();
        peer.assertAlive();
        await().pollInterval(millis(10)).during(Duration.ofMillis(2000)).until(peer::isOpen);
    }
}
