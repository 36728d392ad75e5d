package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.xywebsocket.XyPeer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What peers that have gone have left to be handled. */
class OrphanedBytesTests extends WithEndpoints {

    private static final int BUFFER = 20_000;
    private static final int BOUND = 16 * BUFFER;
    private static final int EVENTS = 15;
    private static final String PAYLOAD = "\"" + "x".repeat(900) + "\"";

    private final CountDownLatch release = new CountDownLatch(1);
    private final Map<String, AtomicInteger> handled = new ConcurrentHashMap<>();
    private final XyEndpoint endpoint = busy();

    private XyEndpoint busy() {
        XyEndpoint busy = endpoint(settings -> settings.limits(receiveBuffer(BUFFER, 4)));
        busy.handlers().on("e", (name, payload, peer) -> {
            handled.computeIfAbsent(peer.id(), id -> new AtomicInteger()).incrementAndGet();
            release.await();
        });
        return busy;
    }

    private XyPeer comeAndGo() {
        RawPeer peer = fill();
        peer.vanish();
        await().pollInterval(millis(5)).until(() -> !peer.peer().isOpen());
        return peer.peer();
    }

    private RawPeer fill() {
        RawPeer peer = connect(endpoint);
        for (int i = 0; i < EVENTS; i++) {
            peer.send(event("e", PAYLOAD));
        }
        long before = endpoint.statistics().unmatchedAnswers();
        peer.send(
                resolved("nothing", "0", "0")); // matched, to nothing, on the reading thread: all before it has arrived
        await().pollInterval(millis(5))
                .until(() -> endpoint.statistics().unmatchedAnswers() > before
                        && handled.containsKey(peer.peer().id()));
        return peer;
    }

    @Test
    void isHandledUpToABoundForAllOfThem() {
        XyPeer first = comeAndGo();
        XyPeer last = first;
        for (int i = 1; i < 40; i++) {
            last = comeAndGo();
            assertThat(endpoint.context.orphanedBytes().bytes()).isLessThanOrEqualTo(BOUND);
        }
        assertThat(endpoint.context.orphanedBytes().bytes()).isGreaterThan(BOUND - BUFFER);

        release.countDown();

        await().until(() -> endpoint.statistics().closing() == 0);
        assertThat(endpoint.context.orphanedBytes().bytes()).isZero();
        assertThat(handled.get(first.id())).hasValue(EVENTS);
        assertThat(handled.get(last.id())).as("what had begun").hasValue(1);
        assertThat(handled).hasSize(40);
    }

    /** What waits then was sent by somebody who may not any more, and is gone already. */
    @Test
    void isNothingOfALoginThatHasEnded() {
        for (int i = 0; i < 40; i++) {
            RawPeer peer = fill();
            peer.peer().close(XyPeer.LOGIN_ENDED, "");
            assertThat(endpoint.context.orphanedBytes().bytes()).isZero();
        }
        release.countDown();
    }

    @Test
    void countsNoMoreOnceThereIsRoomAgain() {
        for (int i = 0; i < 40; i++) {
            comeAndGo();
        }
        release.countDown();
        await().until(() -> endpoint.statistics().closing() == 0);

        XyPeer peer = comeAndGo();

        await().until(() -> handled.get(peer.id()).get() == EVENTS);
    }

    @Test
    void isSaidOnceInTheLogIfItIsDropped() {
        try (LogCapture log = new LogCapture()) {
            for (int i = 0; i < 40; i++) {
                comeAndGo();
            }
            assertThat(log.lines(Level.WARN))
                    .filteredOn(line -> line.contains("left too many bytes"))
                    .hasSize(1);
        }
        release.countDown();
    }
}
