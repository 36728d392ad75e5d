package io.xywebsocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class XyTimeoutsTests {

    private static Arguments timeout(String name, Function<Duration, XyTimeouts> wither) {
        return Arguments.of(name, wither);
    }

    static Stream<Arguments> withers() {
        XyTimeouts timeouts = XyTimeouts.DEFAULT;
        return Stream.of(
                timeout("call-timeout", timeouts::withCall),
                timeout("heartbeat-interval", timeouts::withHeartbeatInterval),
                timeout("send-timeout", timeouts::withSend),
                timeout("event-order-timeout", timeouts::withEventOrder),
                timeout("message-timeout", timeouts::withMessage));
    }

    @ParameterizedTest
    @MethodSource("withers")
    void eachIsPositive(String name, Function<Duration, XyTimeouts> wither) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> wither.apply(Duration.ZERO))
                .withMessage(name + " must be more than 0, not PT0S");
        assertThatIllegalArgumentException().isThrownBy(() -> wither.apply(Duration.ofMillis(-1)));
    }

    @ParameterizedTest
    @MethodSource("withers")
    void eachIsBounded(String name, Function<Duration, XyTimeouts> wither) {
        Duration forEver = Duration.ofSeconds(Long.MAX_VALUE);
        assertThat(wither.apply(forEver)).as(name).isEqualTo(wither.apply(XyClock.bounded(forEver)));
        assertThat(wither.apply(forEver).toString()).doesNotContain(forEver.toString());
    }

    @Test
    void eachIsChangedByItself() {
        XyTimeouts timeouts = XyTimeouts.DEFAULT
                .withCall(Duration.ofSeconds(21))
                .withHeartbeatInterval(Duration.ofSeconds(22))
                .withSend(Duration.ofSeconds(23))
                .withEventOrder(Duration.ofSeconds(24))
                .withMessage(Duration.ofSeconds(25));
        assertThat(timeouts)
                .hasToString("XyTimeouts[call=PT21S, heartbeatInterval=PT22S, send=PT23S, eventOrder=PT24S,"
                        + " message=PT25S]");
        assertThat(XyTimeouts.DEFAULT)
                .hasToString("XyTimeouts[call=PT5S, heartbeatInterval=PT30S, send=PT10S, eventOrder=PT1S,"
                        + " message=PT30S]");
    }

    @ParameterizedTest
    @MethodSource("withers")
    void equalOnesHaveEqualMembers(String name, Function<Duration, XyTimeouts> wither) {
        Duration seven = Duration.ofSeconds(7);
        assertThat(wither.apply(seven)).isEqualTo(wither.apply(seven)).hasSameHashCodeAs(wither.apply(seven));
        assertThat(wither.apply(seven))
                .as(name)
                .isNotEqualTo(wither.apply(Duration.ofSeconds(8)))
                .isNotEqualTo(XyTimeouts.DEFAULT);
    }
}
