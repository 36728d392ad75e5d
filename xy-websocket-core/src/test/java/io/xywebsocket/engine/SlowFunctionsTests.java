package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Functions that block: the first time the calls behind them wait for the watch, later they don't. The watch's time stands still. */
class SlowFunctionsTests extends WithEndpoints {

    private final ManualClock clock = new ManualClock();
    private final Semaphore release = new Semaphore(0);
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger quick = new AtomicInteger();

    private XyEndpoint endpointWithFunctionsThatBlock() {
        ExecutorService threads = Executors.newCachedThreadPool();
        closing(threads::shutdownNow);
        XyEndpoint endpoint = endpoint(settings -> settings.executor(threads).clock(clock));
        endpoint.handlers().register("block", (name, payload, peer) -> {
            inside.incrementAndGet();
            release.acquire();
            return null;
        });
        endpoint.handlers().register("quick", (name, payload, peer) -> {
            quick.incrementAndGet();
            return null;
        });
        return endpoint;
    }

    @Test
    void holdUpNoCallsOnceTheyHaveBeenSeenToBlock() {
        RawPeer peer = connect(endpointWithFunctionsThatBlock());
        peer.send(call("block", "1"));
        await().until(() -> inside.get() == 1);
        peer.send(call("quick", "2"));
        await().during(millis(50)).until(() -> quick.get() == 0);
        clock.advance(millis(5));
        assertThat(peer.next()).isEqualTo("{\"e\":\"resolve.quick\",\"id\":2,\"p\":null}");

        peer.send(call("block", "3")).send(call("quick", "4"));
        assertThat(peer.next()).isEqualTo("{\"e\":\"resolve.quick\",\"id\":4,\"p\":null}");
        release.release(2);
        assertThat(peer.next()).contains("resolve.block");
        assertThat(peer.next()).contains("resolve.block");
    }

    @Test
    void areForgottenWhenTheyAreNotRegisteredAnyMore() {
        Set<String> registered = new HashSet<>();
        SlowFunctions functions = new SlowFunctions(registered::contains);
        functions.blocked("made up");
        assertThat(functions.size()).isZero();
        for (int i = 0; i < 1_000; i++) {
            registered.add("job-" + i);
            functions.blocked("job-" + i);
            registered.remove("job-" + i);
        }
        assertThat(functions.size()).isLessThanOrEqualTo(64);
    }

    @Test
    void areForgottenAfterAThousandCalls() {
        SlowFunctions functions = new SlowFunctions(name -> true);
        assertThat(functions.mayBlock("f")).isFalse();
        functions.blocked("f");
        for (int i = 0; i < 1_000; i++) {
            assertThat(functions.mayBlock("f")).isTrue();
        }
        assertThat(functions.mayBlock("f")).isFalse();
        assertThat(functions.mayBlock("g")).isFalse();
    }

    @Test
    void areNotRememberedByNamesThatThereAreNot() {
        XyEndpoint endpoint = endpointWithFunctionsThatBlock();
        endpoint.handlers().fallback((name, payload, peer) -> {
            inside.incrementAndGet();
            release.acquire();
            return null;
        });
        RawPeer peer = connect(endpoint);
        for (int i = 0; i < 3; i++) {
            peer.send(call("made.up." + i, String.valueOf(i)));
        }
        await().until(() -> inside.get() >= 1);
        for (int i = 0; i < 10; i++) {
            clock.advance(millis(1));
        }
        await().until(() -> {
            clock.advance(millis(1));
            return inside.get() == 3;
        });
        clock.advance(millis(5));
        assertThat(endpoint.context.slowFunctions().size()).isZero();
        release.release(3);
    }
}
