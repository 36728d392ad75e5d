package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.xywebsocket.XyRateLimit;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** The question of those who can't ping, whether we live. */
class AliveTests extends WithEndpoints {

    private static final String QUESTION = call("xy.alive", "\"q\"");
    private static final String ANSWER =
            rejected("xy.alive", "\"q\"", "{\"ok\":false,\"status\":404,\"message\":\"'xy.alive' not found\"}");

    private final CountDownLatch release = new CountDownLatch(1);

    @Test
    void isAnsweredWhileAsManyCallsRunAsMay() {
        XyEndpoint endpoint = endpoint(settings -> settings.limits(receiveBuffer(4 << 20, 1)));
        endpoint.handlers().register("slow", (name, payload, peer) -> new CompletableFuture<>());
        RawPeer peer = connect(endpoint).send(call("slow", "1")).send(call("slow", "2"));

        assertThat(peer.ask(QUESTION)).isEqualTo(ANSWER);
    }

    @Test
    void isAnsweredWhileAListenerRuns() {
        XyEndpoint endpoint = endpoint(settings -> settings.timeouts(eventOrder(60_000)));
        endpoint.handlers().on("slow", (name, payload, peer) -> {
            release.await();
        });
        RawPeer peer = connect(endpoint).send(event("slow")).send(event("slow"));

        assertThat(peer.ask(QUESTION)).isEqualTo(ANSWER);
        release.countDown();
    }

    @Test
    void isNoAffairOfInterceptorsFunctionsAndFallbacks() {
        List<String> seen = new CopyOnWriteArrayList<>();
        XyEndpoint endpoint = endpoint(settings -> settings.interceptor(Intercept.all((message, chain) -> {
            seen.add(message.name());
            return chain.proceed(message);
        })));
        endpoint.handlers().fallback((name, payload, peer) -> seen.add(name));
        RawPeer peer = connect(endpoint);

        assertThat(peer.ask(QUESTION)).isEqualTo(ANSWER);
        assertThat(peer.ask("{\"e\":\"c.xy.alive\"}")).contains("\"status\":400");
        assertThat(seen).isEmpty();
    }

    @Test
    void countsForRatesAsACall() {
        XyRateLimit none = (peer, clock) -> (traffic, name) -> {
            assertThat(traffic + " " + name).isEqualTo("CALL xy.alive");
            return new XyRateLimit.Refused(Duration.ofSeconds(1));
        };
        RawPeer peer = connect(endpoint(settings -> settings.rateLimit(none)));

        assertThat(peer.ask(QUESTION)).contains("\"status\":429");
    }
}
