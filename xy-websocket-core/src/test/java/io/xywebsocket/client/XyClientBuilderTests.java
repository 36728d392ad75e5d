package io.xywebsocket.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class XyClientBuilderTests {

    private final XyClientBuilder builder = XyClient.builder(URI.create("ws://localhost:1/ws;key=secret?token=secret"));

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost/ws", "ws:/ws", "/ws", "ws://localhost/ws#part", "ws://under_score/ws"})
    void refusesAddressesToWhichItCouldNeverConnect(String address) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> XyClient.builder(URI.create(address)))
                .withMessageContaining(address.replace("#part", "#…"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "Connection", "Sec-WebSocket-Key", "sec-websocket-protocol"})
    void refusesHeadersThatCouldNeverBeSent(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> builder.header(name, "value"));
    }

    @Test
    void refusesAHeaderThatWouldBeTwo() {
        assertThatIllegalArgumentException().isThrownBy(() -> builder.header("A", "b\r\nC: d"));
    }

    @Test
    void refusesSubProtocolsThatAreNone() {
        assertThatIllegalArgumentException().isThrownBy(() -> builder.subProtocols("a b"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.subProtocols(""));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.subProtocols("xy", "xy"));
        builder.subProtocols();
    }

    @Test
    void refusesTimesThatAreNone() {
        assertThatIllegalArgumentException().isThrownBy(() -> builder.callTimeout(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.heartbeatInterval(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.connectTimeout(Duration.ZERO));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.backoff(Duration.ofSeconds(2), Duration.ofSeconds(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.backoff(Duration.ZERO, Duration.ofSeconds(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.maxTries(0));
    }

    @Test
    void keepsSecretsOutOfItsText() {
        try (XyClient client = builder.build()) {
            assertThat(client).hasToString("XyClient[ws://localhost:1/ws, NEW]");
        }
    }
}
