package io.xywebsocket.test;

import static org.assertj.core.api.Assertions.assertThat;

import io.xywebsocket.XyConnectionListener;
import io.xywebsocket.XyException;
import io.xywebsocket.XyPeer;
import io.xywebsocket.engine.XyEndpoint;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Scripted peers and listeners of "connected", which let them in or don't. */
class LettingInTests {

    private final XyTestClock clock = new XyTestClock();
    private Consumer<XyPeer> connected = peer -> {};
    private final XyEndpoint endpoint = XyEndpoint.builder()
            .clock(clock)
            .connectionListener(new XyConnectionListener() {
                @Override
                public void connected(XyPeer peer) {
                    connected.accept(peer);
                }

                @Override
                public void disconnected(XyPeer peer, int code, String reason) {}
            })
            .build();
    private final XyTestPeers peers = new XyTestPeers(endpoint);

    @AfterEach
    void close() {
        peers.close();
        endpoint.close();
    }

    @Test
    void whoeverIsConnectedHearsBroadcastsAndIsNotTooLate() {
        connected = peer -> LockSupport.parkNanos(100_000_000);
        XyTestPeer peer = peers.connect();
        clock.advance(Duration.ofSeconds(20));
        assertThat(endpoint.broadcaster().broadcast("news")).isEqualTo(1);
        peer.awaitEvent("news");
        assertThat(peer.isOpen()).isTrue();
    }

    @Test
    void whoeverIsAskedAnswersBeforeAnythingElse() {
        endpoint.handlers()
                .register("tenant", (name, payload, peer) -> peer.attributes().get("tenant"));
        connected = peer -> peer.attributes().put("tenant", peer.await("tenant?", String.class));
        XyTestPeer peer = peers.connect();
        CompletableFuture<String> tenant = peer.call("tenant", String.class);
        peer.<Object>awaitCall("tenant?", Object.class).resolve("north");
        assertThat(tenant.join()).isEqualTo("north");
    }

    @Test
    void whoeverIsRefusedIsClosed() {
        connected = peer -> {
            throw new XyException(403, "not you");
        };
        assertThat(peers.connect().awaitEnd()).isEqualTo(new XyTestPeer.End(4403, "not you"));
    }

    @Test
    void whoeverIsNotLetInInTimeIsClosed() {
        connected = peer -> peer.withTimeout(Duration.ofHours(1)).await("tenant?", String.class);
        XyTestPeer peer = peers.connect();
        peer.awaitCall("tenant?");
        clock.advance(Duration.ofSeconds(5));
        assertThat(peer.awaitEnd().code()).isEqualTo(1013);
    }
}
