package io.xywebsocket.spring.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyTimeouts;
import io.xywebsocket.engine.ManualClock;
import io.xywebsocket.engine.RawPeer;
import io.xywebsocket.engine.XyEndpoint;
import java.security.Principal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who may send how much, and what is remembered of it, while the time is the test's. */
class BucketRateLimitTests {

    private static final Rate MANY = Rate.valueOf("1000000/1s");

    private final ManualClock clock = new ManualClock();
    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    private static @Nullable Rate rate(@Nullable String text) {
        return text == null ? null : Rate.valueOf(text);
    }

    private static BucketRateLimit limit(
            @Nullable String perPeer, @Nullable String perUser, Map<String, Rate> functions) {
        return new BucketRateLimit(new Rates(rate(perPeer), rate(perUser), functions, MANY));
    }

    private XyEndpoint endpoint(BucketRateLimit limit) {
        Duration day = Duration.ofDays(1);
        XyEndpoint endpoint = XyEndpoint.builder()
                .clock(clock)
                .timeouts(XyTimeouts.DEFAULT
                        .withCall(day)
                        .withHeartbeatInterval(day)
                        .withSend(day)
                        .withEventOrder(day))
                .rateLimit(limit)
                .build();
        endpoint.handlers().register("f", (name, payload, peer) -> 1);
        endpoint.handlers().register("g", (name, payload, peer) -> 1);
        opened.add(endpoint);
        return endpoint;
    }

    private RawPeer connect(XyEndpoint endpoint, @Nullable String user) {
        RawPeer peer = RawPeer.connect(endpoint);
        opened.add(peer);
        if (user != null) {
            Principal principal = () -> user;
            peer.peer().identify(principal);
        }
        return peer;
    }

    private static String call(RawPeer peer, String function) {
        String answer = peer.ask("{\"e\":\"c." + function + "\",\"id\":1}");
        return answer.startsWith("{\"e\":\"resolve") ? "ok" : answer.replaceAll(".*\"status\":(\\d+).*", "$1");
    }

    @Test
    void theAllowanceComesBackEvenly() {
        RawPeer peer = connect(endpoint(limit("4/1m", null, Map.of())), null);
        for (int i = 0; i < 4; i++) {
            assertThat(call(peer, "f")).isEqualTo("ok");
        }
        assertThat(peer.ask("{\"e\":\"c.f\",\"id\":1}")).contains("\"retryAfter\":15000}");
        clock.advance(Duration.ofSeconds(14));
        assertThat(call(peer, "f")).isEqualTo("429");
        clock.advance(Duration.ofSeconds(1));
        assertThat(call(peer, "f")).isEqualTo("ok");
        assertThat(call(peer, "f")).isEqualTo("429");
    }

    @Test
    void connectionsOfAUserShareHisAllowance() {
        XyEndpoint endpoint = endpoint(limit(null, "3/1h", Map.of()));
        RawPeer one = connect(endpoint, "ada");
        RawPeer two = connect(endpoint, "ada");

        assertThat(List.of(call(one, "f"), call(two, "no such function"), call(one, "f"), call(two, "f")))
                .containsExactly("ok", "404", "ok", "429");
        assertThat(call(connect(endpoint, "bob"), "f")).isEqualTo("ok");
        RawPeer nobody = connect(endpoint, null);
        for (int i = 0; i < 10; i++) {
            assertThat(call(nobody, "f")).isEqualTo("ok");
        }
    }

    @Test
    void aPeerThatIsRefusedByItsOwnRateCostsItsUserNothing() {
        XyEndpoint endpoint = endpoint(limit("1/1h", "3/1h", Map.of()));
        RawPeer greedy = connect(endpoint, "ada");
        for (int i = 0; i < 10; i++) {
            call(greedy, "f");
        }

        assertThat(call(connect(endpoint, "ada"), "f")).isEqualTo("ok");
        assertThat(call(connect(endpoint, "ada"), "f")).isEqualTo("ok");
        assertThat(call(connect(endpoint, "ada"), "f")).isEqualTo("429");
    }

    @Test
    void aFunctionIsLimitedForEachUserOrElseEachConnection() {
        XyEndpoint endpoint = endpoint(limit(null, null, Map.of("f", Rate.valueOf("1/1h"))));
        RawPeer one = connect(endpoint, "ada");
        RawPeer two = connect(endpoint, "ada");
        RawPeer nobody = connect(endpoint, null);

        assertThat(List.of(call(one, "f"), call(two, "f"), call(two, "g"))).containsExactly("ok", "429", "ok");
        assertThat(List.of(call(nobody, "f"), call(nobody, "f"))).containsExactly("ok", "429");
        assertThat(call(connect(endpoint, null), "f")).isEqualTo("ok");
    }

    @Test
    void whoLogsInOverTheConnectionHasHisOwnAllowanceFromThenOn() {
        BucketRateLimit limit = limit(null, "1/1h", Map.of());
        RawPeer peer = connect(endpoint(limit), "ada");
        assertThat(List.of(call(peer, "f"), call(peer, "f"))).containsExactly("ok", "429");
        Principal bob = () -> "bob";

        peer.peer().identify(bob);

        assertThat(List.of(call(peer, "f"), call(peer, "f"))).containsExactly("ok", "429");
        assertThat(limit.users()).isEqualTo(2); // ada's is not full yet
        clock.advance(Duration.ofHours(1));
        assertThat(limit.users()).isEqualTo(1);
    }

    @Test
    void whoComesBackFindsWhatHeHasLeft() {
        BucketRateLimit limit = limit(null, "2/1h", Map.of());
        XyEndpoint endpoint = endpoint(limit);
        RawPeer first = connect(endpoint, "ada");
        assertThat(List.of(call(first, "f"), call(first, "f"))).containsExactly("ok", "ok");
        first.vanish();
        await().until(() -> endpoint.peers().size() == 0);

        assertThat(call(connect(endpoint, "ada"), "f")).isEqualTo("429");
        assertThat(limit.users()).isEqualTo(1);
    }

    @Test
    void aUserIsForgottenWhenHisLastPeerIsGoneAndHisAllowanceIsBack() {
        BucketRateLimit limit = limit(null, "2/1h", Map.of());
        XyEndpoint endpoint = endpoint(limit);
        RawPeer one = connect(endpoint, "ada");
        RawPeer two = connect(endpoint, "ada");
        call(one, "f");
        call(two, "f");
        one.vanish();
        await().until(() -> endpoint.peers().size() == 1);
        clock.advance(Duration.ofHours(2));
        assertThat(limit.users()).isEqualTo(1);

        call(two, "f");
        two.vanish();
        await().until(() -> endpoint.peers().size() == 0);
        assertThat(limit.users()).isEqualTo(1);
        clock.advance(Duration.ofHours(1));

        assertThat(limit.users()).isZero();
    }

    @Test
    void aUserWithAFullAllowanceIsForgottenAtOnce() {
        BucketRateLimit limit = limit(null, "2/1s", Map.of());
        XyEndpoint endpoint = endpoint(limit);
        RawPeer peer = connect(endpoint, "ada");
        call(peer, "f");
        clock.advance(Duration.ofSeconds(1));

        peer.vanish();

        await().until(() -> endpoint.peers().size() == 0 && limit.users() == 0);
    }

    @Test
    void namesThatPeersMakeUpLeaveNothing() {
        Meters meters = new Meters(null, Map.of("f", Rate.valueOf("1/1h")), clock);
        for (int i = 0; i < 1000; i++) {
            assertThat(meters.take("made up " + i)).isZero();
        }
        assertThat(meters.areFull()).isTrue();
        assertThat(meters.size()).isZero();
        meters.take("f");
        assertThat(meters.size()).isEqualTo(1);
    }

    @Test
    void addressesAreForgottenWhenTheirAllowanceIsBack() {
        BucketHandshakeLimit limit = new BucketHandshakeLimit(Rate.valueOf("2/1m"), clock);
        for (int i = 0; i < 100; i++) {
            assertThat(limit.take("10.0.0." + i)).isZero();
        }
        assertThat(limit.addresses()).isEqualTo(100);
        assertThat(limit.take("10.0.0.1")).isZero();
        assertThat(limit.take("10.0.0.1")).isEqualTo(Duration.ofSeconds(30));

        clock.advance(Duration.ofMinutes(1));

        assertThat(limit.addresses()).isZero();
        assertThat(clock.size()).isZero();
    }
}
