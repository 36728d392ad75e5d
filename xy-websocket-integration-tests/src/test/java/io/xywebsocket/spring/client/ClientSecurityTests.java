package io.xywebsocket.spring.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xywebsocket.XyException;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyRpc;
import io.xywebsocket.client.XyClient;
import io.xywebsocket.spring.XyClientHandler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;

/** Method security on what clients offer to their servers, which are nobody until the application says who they are. */
class ClientSecurityTests {

    private final Applications applications = new Applications();
    private XyClient client;

    static class Headquarters {
        @XyRpc
        String ask(String function, XyPeer peer) {
            return peer.await(function, String.class);
        }
    }

    @XyClientHandler
    static class Branch {

        @XyRpc
        String anyone() {
            Authentication login = SecurityContextHolder.getContext().getAuthentication();
            return login == null ? "none" : login.getName();
        }

        @XyRpc
        @PreAuthorize("isAnonymous()")
        String nobody() {
            return "nobody";
        }

        @XyRpc
        @PreAuthorize("hasRole('HEADQUARTERS')")
        String figures() {
            return "figures";
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableMethodSecurity
    @Import(Branch.class)
    static class Secured {}

    @BeforeEach
    void start() {
        String url = Applications.url(applications.server(Headquarters.class));
        client = applications
                .plain(Secured.class, "xy.websocket.client.url=" + url, "xy.websocket.client.wait-for-connection=true")
                .getBean(XyClient.class);
    }

    @AfterEach
    void stop() {
        applications.close();
    }

    private String ask(String function) {
        return client.await("ask", function, String.class);
    }

    @Test
    void handlersRunAsNobody() {
        assertThat(ask("anyone")).isEqualTo("anonymousUser");
        assertThat(ask("nobody")).isEqualTo("nobody");
    }

    @Test
    void rulesThatWantSomebodyRefuseTheServerWith401() {
        assertThatThrownBy(() -> ask("figures")).isInstanceOfSatisfying(XyException.class, e -> assertThat(e.status())
                .isEqualTo(401));
    }

    @Test
    void rulesApplyToWhomTheApplicationSaysThatTheServerIs() {
        ask("anyone");
        XyPeer server = client.peer().orElseThrow();

        server.identify(new TestingAuthenticationToken("hq", "", "ROLE_HEADQUARTERS"));
        assertThat(ask("figures")).isEqualTo("figures");
        server.identify(new TestingAuthenticationToken("hq", "", "ROLE_OTHER"));
        assertThatThrownBy(() -> ask("figures")).isInstanceOfSatisfying(XyException.class, e -> assertThat(e.status())
                .isEqualTo(403));
    }
}
