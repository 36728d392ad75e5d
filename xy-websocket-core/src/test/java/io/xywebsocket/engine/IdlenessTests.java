package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyHandshake;
import io.xywebsocket.XyTimeouts;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Who is closed because nothing is said any more. */
class IdlenessTests extends WithEndpoints {

    /** Real threads write while hours pass. */
    private static XyTimeouts pingingEvery(Duration interval) {
        return XyTimeouts.DEFAULT
                .withCall(Duration.ofHours(2))
                .withHeartbeatInterval(interval)
                .withSend(Duration.ofDays(1));
    }

    private static final XyTimeouts NO_PINGS = pingingEvery(Duration.ofDays(1));

    private final ManualClock clock = new ManualClock();
    private final XyEndpoint endpoint =
            endpoint(settings -> settings.clock(clock).timeouts(NO_PINGS).idleTimeout(Duration.ofMinutes(10)));

    private void pass(int minutes) {
        clock.advance(Duration.ofMinutes(minutes));
    }

    @Test
    void closesWhomNothingIsHeardOf() {
        RawPeer peer = connect(endpoint);
        peer.assertAlive();
        await().until(() -> isIdle(peer));

        pass(9);
        assertThat(peer.peer().isOpen()).isTrue();
        pass(2);

        assertThat(peer.awaitClosed()).isEqualTo(new RawPeer.Closed(1000, "idle"));
    }

    @Test
    void pingsAndPongsSayNothing() {
        RecordingTransport transport = new RecordingTransport();
        XyEndpoint pinging = endpoint(settings -> settings.clock(clock)
                .timeouts(pingingEvery(Duration.ofSeconds(30)))
                .idleTimeout(Duration.ofMinutes(10)));
        Connection connection = (Connection)
                pinging.open(transport, XyHandshake.builder(URI.create("/ws")).build(), Map.of());
        await().until(connection::isIdle); // "connected" has been told
        for (int second = 0; second < 602; second++) {
            assertThat(connection.isOpen() || second >= 600).isTrue();
            clock.advance(Duration.ofSeconds(1));
            connection.onPong();
        }
        await().until(() -> transport.written().contains("close 1000 idle"));
        assertThat(transport.pings()).isPositive();
        connection.onClosed(1000, "");
    }

    @Test
    void theQuestionOfThoseWhoCannotPingSaysNothingEither() {
        RawPeer peer = connect(endpoint);
        for (int i = 0; i < 9; i++) {
            pass(1);
            assertThat(peer.ask(call("xy.alive", "1"))).contains("404");
        }
        pass(2);

        assertThat(peer.awaitClosed()).isEqualTo(new RawPeer.Closed(1000, "idle"));
    }

    @Test
    void whateverAPeerSendsKeepsItOpen() {
        RawPeer peer = connect(endpoint);
        for (int i = 0; i < 3; i++) {
            pass(9);
            peer.send(event("e")).assertAlive();
        }
        assertThat(peer.peer().isOpen()).isTrue();
    }

    @Test
    void whateverIsSentToAPeerKeepsItOpen() {
        RawPeer peer = connect(endpoint);
        for (int i = 0; i < 3; i++) {
            pass(9);
            endpoint.broadcaster().broadcast("e", i);
        }
        assertThat(peer.peer().isOpen()).isTrue();
    }

    @Test
    void aCallThatIsNotAnsweredYetKeepsAPeerOpen() {
        CompletableFuture<Integer> answer = new CompletableFuture<>();
        AtomicBoolean running = new AtomicBoolean();
        endpoint.handlers().register("slow", (name, payload, peer) -> {
            running.set(true);
            return answer;
        });
        RawPeer calling = connect(endpoint).send(call("slow", "1"));
        RawPeer called = connect(endpoint);
        called.peer().withTimeout(Duration.ofHours(1)).call("f", Void.class);
        called.nextWith("c.f");
        RawPeer quiet = connect(endpoint);
        await().until(running::get);
        await().until(() -> isIdle(quiet)); // what told of it has ended, too

        pass(11);

        assertThat(quiet.awaitClosed().reason()).isEqualTo("idle");
        assertThat(calling.peer().isOpen()).isTrue();
        assertThat(called.peer().isOpen()).isTrue();
        answer.complete(7);
        assertThat(calling.next()).isEqualTo(resolved("slow", "1", "7"));
    }

    @Test
    void nobodyIsIdleUnlessAskedFor() {
        XyEndpoint patient = endpoint(settings -> settings.clock(clock).timeouts(NO_PINGS));
        RawPeer peer = connect(patient);

        pass(120);

        assertThat(peer.peer().isOpen()).isTrue();
    }
}
