package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The codes with which an application may close a connection. */
class CloseCodeTests extends WithEndpoints {

    @ParameterizedTest
    @ValueSource(
            ints = {
                -1,
                0,
                1,
                999,
                1004,
                1005,
                1006,
                1015,
                1016,
                1999,
                2000,
                2999,
                5000,
                65_536,
                66_536,
                Integer.MAX_VALUE
            })
    void aCodeThatCannotBeSentClosesNothing(int code) {
        RawPeer peer = connect(endpoint());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> peer.peer().close(code, "no"))
                .withMessageContaining(String.valueOf(code))
                .withMessageContaining("RFC 6455");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> peer.peer().withTimeout(millis(1)).close(code, "no"));
        assertThat(peer.peer().isOpen()).isTrue();
        peer.assertAlive();
        peer.peer().close();
        assertThatIllegalArgumentException().isThrownBy(() -> peer.peer().close(code, "closed already"));
    }

    @ParameterizedTest
    @ValueSource(
            ints = {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4401, 4999
            })
    void aCodeThatCanBeSentIsSent(int code) {
        RawPeer peer = connect(endpoint());
        peer.peer().close(code, "so be it");
        assertThat(peer.awaitClosed()).isEqualTo(new RawPeer.Closed(code, "so be it"));
    }
}
