package io.xywebsocket.spring.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.xywebsocket.client.XyClient;
import io.xywebsocket.spring.autoconfigure.XyClientAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Settings that can't be meant. */
class ClientFailureTests {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(XyClientAutoConfiguration.class, SslAutoConfiguration.class));

    private void failsWith(String message, String... properties) {
        runner.withPropertyValues(properties)
                .run(context -> assertThat(context).getFailure().rootCause().hasMessageContaining(message));
    }

    @Test
    void thereIsNoClientWithoutSettings() {
        runner.run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(XyClient.class));
    }

    @Test
    void namesTheAddressThatIsMissing() {
        failsWith("xy.websocket.client.url is missing", "xy.websocket.client.call-timeout=2s");
        failsWith("xy.websocket.clients.north.url is missing", "xy.websocket.clients.north.token=t");
    }

    @Test
    void namesTheClientWhoseSettingIsWrong() {
        failsWith("must be ws:// or wss://", "xy.websocket.client.url=http://localhost/ws");
        runner.withPropertyValues(
                        "xy.websocket.clients.north.url=ws://localhost/ws",
                        "xy.websocket.clients.north.backoff.min=20s")
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasStackTraceContaining("xy.websocket.clients.north.backoff.max (10s) must not be less than"));
    }

    @Test
    void namesTheHeaderThatCanNotBeSentButNotItsValue() {
        failsWith(
                "xy.websocket.client.headers.Sec-WebSocket-Protocol can't be sent",
                "xy.websocket.client.url=ws://localhost/ws",
                "xy.websocket.client.headers.Sec-WebSocket-Protocol=other");
        runner.withPropertyValues(
                        "xy.websocket.clients.north.url=ws://localhost/ws",
                        "xy.websocket.clients.north.headers.X-Key=top\u0000secret")
                .run(context -> assertThat(context.getStartupFailure())
                        .hasStackTraceContaining(
                                "xy.websocket.clients.north.headers.X-Key can't be sent with the handshake")
                        .satisfies(failure -> assertThat(org.assertj.core.util.Throwables.getStackTrace(failure))
                                .doesNotContain("secret")));
        failsWith(
                "xy.websocket.client.token can't be sent",
                "xy.websocket.client.url=ws://localhost/ws",
                "xy.websocket.client.token=top\nsecret");
    }

    @Test
    void namesTheSslBundleThatThereIsNot() {
        failsWith("'nowhere'", "xy.websocket.client.url=wss://localhost/ws", "xy.websocket.client.ssl.bundle=nowhere");
    }
}
