package io.xywebsocket.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.xywebsocket.XyException;
import io.xywebsocket.XyRpc;
import io.xywebsocket.test.XyTestPeer;
import io.xywebsocket.test.XyTestPeers;
import io.xywebsocket.test.spring.XyTest;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;

/** Rules are tested in memory as well, by peers that have logged in as somebody. */
@XyTest(handlers = SecuredSliceTests.Office.class, properties = "xy.websocket.deny-by-default=true")
@Import({SecuredSliceTests.Rules.class, SecuredSliceTests.Office.class})
class SecuredSliceTests {

    @Configuration(proxyBeanMethods = false)
    @EnableMethodSecurity
    static class Rules {}

    static class Office {

        @XyRpc
        @PreAuthorize("hasRole('BOSS')")
        String safe() {
            return "gold";
        }

        @XyRpc
        String open() {
            return "open";
        }
    }

    @Autowired
    XyTestPeers peers;

    private static int rejection(XyTestPeer peer, String function) {
        return catchThrowableOfType(XyException.class, () -> peer.await(function, null, String.class))
                .status();
    }

    @Test
    void applyToPeersByTheirPrincipal() {
        XyTestPeer boss = peers.builder()
                .principal(new TestingAuthenticationToken("ada", "", "ROLE_BOSS"))
                .connect();

        assertThat(boss.await("safe", null, String.class)).isEqualTo("gold");
        assertThat(rejection(boss, "open")).isEqualTo(403);
        assertThat(rejection(peers.builder().principal("bob").connect(), "safe"))
                .isEqualTo(403);
        assertThat(rejection(peers.connect(), "safe")).isEqualTo(401);
    }
}
