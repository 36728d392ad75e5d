package io.xywebsocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xywebsocket.engine.XyEndpoint;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class XyLimitsTests {

    private static Arguments limit(String name, IntFunction<XyLimits> wither) {
        return Arguments.of(name, wither);
    }

    static Stream<Arguments> withers() {
        XyLimits limits = XyLimits.DEFAULT;
        return Stream.of(
                limit("max-message-size", limits::withMaxMessageSize),
                limit("send-buffer-size", limits::withSendBufferSize),
                limit("receive-buffer-size", limits::withReceiveBufferSize),
                limit("max-concurrent-calls", limits::withMaxConcurrentCalls),
                limit("max-pending-calls", limits::withMaxPendingCalls));
    }

    @ParameterizedTest
    @MethodSource("withers")
    void eachIsPositive(String name, IntFunction<XyLimits> wither) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> wither.apply(0))
                .withMessage(name + " must be more than 0, not 0");
        assertThatIllegalArgumentException().isThrownBy(() -> wither.apply(-1)).withMessageContaining("-1");
    }

    @Test
    void eachIsChangedByItself() {
        XyLimits limits = XyLimits.DEFAULT
                .withMaxMessageSize(1)
                .withSendBufferSize(2)
                .withReceiveBufferSize(3)
                .withMaxConcurrentCalls(4)
                .withMaxPendingCalls(5);
        assertThat(limits)
                .hasToString("XyLimits[maxMessageSize=1, sendBufferSize=2, receiveBufferSize=3, maxConcurrentCalls=4,"
                        + " maxPendingCalls=5]");
        assertThat(XyLimits.DEFAULT)
                .hasToString("XyLimits[maxMessageSize=1048576, sendBufferSize=524288, receiveBufferSize=4194304,"
                        + " maxConcurrentCalls=256, maxPendingCalls=10000]");
    }

    @ParameterizedTest
    @MethodSource("withers")
    void equalOnesHaveEqualMembers(String name, IntFunction<XyLimits> wither) {
        assertThat(wither.apply(7)).isEqualTo(wither.apply(7)).hasSameHashCodeAs(wither.apply(7));
        assertThat(wither.apply(7)).as(name).isNotEqualTo(wither.apply(8)).isNotEqualTo(XyLimits.DEFAULT);
    }

    @Test
    void theOrderInWhichTheyAreSetIsFree() {
        XyLimits messageFirst = XyLimits.DEFAULT.withMaxMessageSize(8 << 20).withReceiveBufferSize(32 << 20);
        XyLimits bufferFirst = XyLimits.DEFAULT.withReceiveBufferSize(32 << 20).withMaxMessageSize(8 << 20);
        assertThat(messageFirst).isEqualTo(bufferFirst);
        try (XyEndpoint endpoint = XyEndpoint.builder().limits(messageFirst).build()) {
            assertThat(endpoint.limits()).isSameAs(messageFirst);
        }
    }

    @Test
    void aReceiveBufferThatNoMessageFitsIntoIsRefusedWhereItIsUsed() {
        XyLimits limits = XyLimits.DEFAULT.withMaxMessageSize(8 << 20);
        assertThatThrownBy(() -> XyEndpoint.builder().limits(limits))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("receive-buffer-size (4194304 bytes) must not be smaller than max-message-size (8388608"
                        + " bytes)");
    }
}
