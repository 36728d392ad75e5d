package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.xywebsocket.XyRateLimit;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who wants something to take as long as it likes says so with a duration that nanoseconds can't count, or only just. */
class LongDurationTests extends WithEndpoints {

    static Stream<Duration> durations() {
        return Stream.of(Duration.ofNanos(Long.MAX_VALUE), Duration.ofSeconds(Long.MAX_VALUE, 999_999_999));
    }

    @ParameterizedTest
    @MethodSource("durations")
    void areGoodForAllTimeouts(Duration forEver) throws Exception {
        XyEndpoint endpoint =
                endpoint(settings -> settings.timeouts(all(forEver)).idleTimeout(forEver));
        CountDownLatch heard = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        endpoint.handlers().register("f", (name, payload, peer) -> 1);
        endpoint.handlers().on("e", (name, payload, peer) -> {
            heard.countDown();
            release.await();
        });
        RawPeer peer = connect(endpoint).send(event("e"));
        assertThat(heard.await(5, TimeUnit.SECONDS)).isTrue();
        peer.send(call("f", "1"));
        CompletableFuture<Integer> answer = peer.peer().call("g", Integer.class);
        peer.answerNext("g", "7");
        assertThat(answer.get(5, TimeUnit.SECONDS)).isEqualTo(7);
        release.countDown();
        assertThat(peer.next()).isEqualTo(resolved("f", "1", "1"));
        assertThat(peer.peer().isOpen()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("durations")
    void areGoodForASingleCall(Duration forEver) throws Exception {
        RawPeer peer = connect(endpoint());
        CompletableFuture<Integer> patient = peer.peer().withTimeout(forEver).call("g", Integer.class);
        CompletableFuture<Integer> other = peer.peer().withTimeout(millis(100)).call("h", Integer.class);
        assertThat(other).failsWithin(Duration.ofSeconds(5));
        assertThat(patient).isNotDone();
        peer.answerNext("g", "7");
        assertThat(patient.get(5, TimeUnit.SECONDS)).isEqualTo(7);
    }

    @ParameterizedTest
    @MethodSource("durations")
    void areGoodForAShutdown(Duration forEver) throws Exception {
        XyEndpoint endpoint = endpoint();
        RawPeer peer = connect(endpoint);
        endpoint.shutdown(forEver).get(5, TimeUnit.SECONDS);
        assertThat(peer.awaitClosed().code()).isEqualTo(1001);
    }

    @ParameterizedTest
    @MethodSource("durations")
    void areGoodForARateLimit(Duration forEver) {
        XyEndpoint endpoint = endpoint(
                settings -> settings.rateLimit((peer, clock) -> (traffic, name) -> new XyRateLimit.Refused(forEver)));
        assertThat(connect(endpoint).ask(call("f", "1"))).contains("\"status\":429", "\"retryAfter\":");
    }
}
