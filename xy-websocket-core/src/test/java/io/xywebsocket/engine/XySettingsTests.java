package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.xywebsocket.XyLimits;
import io.xywebsocket.XyTimeouts;
import io.xywebsocket.concurrent.SystemClock;
import io.xywebsocket.concurrent.XyExecutor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** No setting is lost, in whatever order they are made. */
class XySettingsTests extends WithEndpoints {

    /** The endpoints that these settings make, in their order and in the opposite one. */
    @SafeVarargs
    private List<XyEndpoint> bothWays(UnaryOperator<XyEndpointBuilder>... settings) {
        List<UnaryOperator<XyEndpointBuilder>> order = new ArrayList<>(List.of(settings));
        List<XyEndpoint> endpoints = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            XyEndpointBuilder builder = XyEndpoint.builder();
            order.forEach(setting -> setting.apply(builder));
            endpoints.add(closing(builder.build()));
            Collections.reverse(order);
        }
        return endpoints;
    }

    @Test
    void aTimeoutThatIsSetByItselfTakesPrecedence() {
        XyTimeouts timeouts = XyTimeouts.DEFAULT.withCall(millis(1)).withSend(millis(2));
        assertThat(bothWays(
                        settings -> settings.timeouts(timeouts),
                        settings -> settings.callTimeout(millis(3)),
                        settings -> settings.heartbeatInterval(millis(4))))
                .allSatisfy(endpoint -> assertThat(endpoint.timeouts())
                        .isEqualTo(timeouts.withCall(millis(3)).withHeartbeatInterval(millis(4))));
        assertThat(endpoint(settings -> settings.timeouts(timeouts)).timeouts()).isEqualTo(timeouts);
        assertThat(endpoint().timeouts()).isEqualTo(XyTimeouts.DEFAULT);
    }

    @Test
    void theLastValueOfOneSettingCounts() {
        XyEndpoint endpoint = endpoint(settings -> settings.callTimeout(millis(1))
                .callTimeout(millis(2))
                .timeouts(XyTimeouts.DEFAULT.withSend(millis(3)))
                .timeouts(XyTimeouts.DEFAULT.withEventOrder(millis(4))));
        assertThat(endpoint.timeouts())
                .isEqualTo(XyTimeouts.DEFAULT.withCall(millis(2)).withEventOrder(millis(4)));
    }

    @Test
    void threadsAreThoseOfAnotherEndpoint() {
        XyEndpoint lender = endpoint();
        XyEndpoint endpoint = endpoint(settings -> settings.maxThreads(1).threadsOf(lender));
        assertThat(endpoint.clock()).isSameAs(lender.clock());
        assertThat(endpoint.context.tasks().executor).isSameAs(lender.context.tasks().executor);
        assertThat(endpoint.context.tasks().share).isSameAs(lender.context.tasks().share);
        assertThat(endpoint.context.tasks().writers).isSameAs(lender.context.tasks().writers);
    }

    @Test
    void anExecutorAndAClockThatAreSetTakePrecedence() {
        XyEndpoint lender = endpoint();
        Executor executor = task -> new Thread(task, "test-handler").start();
        ManualClock clock = new ManualClock();
        assertThat(bothWays(
                        settings -> settings.threadsOf(lender),
                        settings -> settings.executor(executor, () -> 3),
                        settings -> settings.clock(clock)))
                .allSatisfy(endpoint -> {
                    assertThat(endpoint.clock()).isSameAs(clock);
                    assertThat(endpoint.context.tasks().executor).isSameAs(executor);
                    assertThat(endpoint.context.tasks().share).isNotSameAs(lender.context.tasks().share);
                    assertThat(endpoint.context.tasks().writers).isSameAs(lender.context.tasks().writers);
                });
        assertThat(bothWays(settings -> settings.threadsOf(lender), settings -> settings.clock(clock)))
                .allSatisfy(endpoint -> {
                    assertThat(endpoint.clock()).isSameAs(clock);
                    assertThat(endpoint.context.tasks().executor).isSameAs(lender.context.tasks().executor);
                });
        assertThat(bothWays(settings -> settings.threadsOf(lender), settings -> settings.executor(executor)))
                .allSatisfy(endpoint -> {
                    assertThat(endpoint.clock()).isSameAs(lender.clock());
                    assertThat(endpoint.context.tasks().executor).isSameAs(executor);
                });
    }

    @Test
    void threadsAreTheEndpointsOwnByDefault() {
        XyEndpoint one = endpoint();
        XyEndpoint other = endpoint();
        assertThat(one.clock()).isInstanceOf(SystemClock.class).isNotSameAs(other.clock());
        assertThat(one.context.tasks().executor)
                .isInstanceOf(XyExecutor.class)
                .isNotSameAs(other.context.tasks().executor);
    }

    @Test
    void whatIsReceivedIsComparedWithAMessageWhenAllIsSet() {
        XyLimits large = XyLimits.DEFAULT.withMaxMessageSize(4 << 20);
        XyEndpointBuilder tooSmall =
                XyEndpoint.builder().maxReceivedBytes(2 << 20).limits(large);
        assertThatIllegalArgumentException()
                .isThrownBy(tooSmall::build)
                .withMessage("max-received-bytes (2097152) must not be smaller than max-message-size (4194304 bytes)");
        assertThat(bothWays(settings -> settings.limits(large), settings -> settings.maxReceivedBytes(4 << 20)))
                .allSatisfy(endpoint -> assertThat(endpoint.limits()).isEqualTo(large));
    }
}
