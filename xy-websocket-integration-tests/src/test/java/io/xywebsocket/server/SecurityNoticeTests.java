package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xywebsocket.XyEvent;
import io.xywebsocket.XyHandlers;
import io.xywebsocket.XyRpc;
import java.security.Principal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.core.userdetails.User;

/** What an application with security is told at start-up. */
@ExtendWith(OutputCaptureExtension.class)
class SecurityNoticeTests {

    private static final String FUNCTIONS = "These functions may be called by anyone who may connect";

    @EnableMethodSecurity
    static class Desk {

        Desk(XyHandlers handlers) {
            handlers.register("registered", String.class, text -> text);
        }

        @XyRpc
        @PreAuthorize("permitAll()")
        String ruled() {
            return "";
        }

        @XyRpc
        String open() {
            return "";
        }

        @XyEvent
        void note(String text) {}
    }

    /** Refuses whoever hasn't logged in, without a rule. */
    static class Counter {

        Counter(XyHandlers handlers) {
            handlers.on("mixed", String.class, text -> {});
        }

        @XyRpc
        String ofUser(String text, Principal user) {
            return user.getName();
        }

        @XyRpc
        String ofAuthentication(Authentication user) {
            return user.getName();
        }

        @XyRpc
        String ofOwnUser(@AuthenticationPrincipal(expression = "username") String user) {
            return user;
        }

        @XyRpc
        String ofAnybody(@Nullable Principal user) {
            return "";
        }

        @XyRpc
        String ofAnyOwnUser(@AuthenticationPrincipal Optional<User> user) {
            return "";
        }

        @XyEvent
        void noted(Principal user) {}

        @XyEvent
        void mixed(Principal user) {}
    }

    static class Harmless {
        @XyRpc
        @PreAuthorize("permitAll()")
        String ruled() {
            return "";
        }
    }

    @EnableMethodSecurity
    static class Rules {}

    @Test
    void listsOnceWhatAnyoneMayUse(CapturedOutput output) {
        App.secured().start(Staff.class, Desk.class).close();

        assertThat(output.getAll())
                .containsOnlyOnce(FUNCTIONS + ", because they have no rule of method security: [open, registered]")
                .containsOnlyOnce("These events may be sent by anyone who may connect")
                .contains("[note]")
                .doesNotContain("include-message");
    }

    @Test
    void doesNotListWhatRefusesWhoeverHasNotLoggedIn(CapturedOutput output) {
        App.secured().start(Staff.class, Counter.class).close();

        assertThat(output.getAll())
                .containsOnlyOnce("because they have no rule of method security: [ofAnyOwnUser, ofAnybody]")
                .containsOnlyOnce("because they have no rule of method security: [mixed]");
    }

    @Test
    void listsItWhereItRefusesEverybody(CapturedOutput output) {
        App.secured("xy.websocket.deny-by-default=true")
                .start(Staff.class, Counter.class)
                .close();

        assertThat(output.getAll())
                .contains("have no rule: [ofAnyOwnUser, ofAnybody, ofAuthentication, ofOwnUser, ofUser]")
                .contains("have no rule: [mixed, noted]");
    }

    @Test
    void isSilentOfWhatIsOpenOnPurpose(CapturedOutput output) {
        App.secured("xy.websocket.security.open-handlers=allowed", "xy.websocket.include-message=always")
                .start(Staff.class, Desk.class)
                .close();

        assertThat(output.getAll())
                .doesNotContain("These functions")
                .doesNotContain("These events")
                .containsOnlyOnce("xy.websocket.include-message is 'always'");
    }

    @Test
    void saysHowItIsSilenced(CapturedOutput output) {
        App.secured().start(Staff.class, Desk.class).close();

        assertThat(output.getAll()).contains("xy.websocket.security.open-handlers=allowed");
    }

    @Test
    void listsWhatRefusesEverybody(CapturedOutput output) {
        App.secured("xy.websocket.deny-by-default=true")
                .start(Staff.class, Desk.class)
                .close();

        assertThat(output.getAll())
                .containsOnlyOnce("These functions may be called by nobody")
                .contains("they have no rule: [open, registered]");
    }

    @Test
    void isSilentWhereEverythingHasARule(CapturedOutput output) {
        App.secured().start(Staff.class, Rules.class, Harmless.class).close();

        assertThat(output.getAll()).doesNotContain("These functions").doesNotContain("These events");
    }

    @Test
    void isSilentWithoutASecurityChain(CapturedOutput output) {
        App.with("xy.websocket.include-message=always").start(Desk.class).close();

        assertThat(output.getAll()).doesNotContain("These functions").doesNotContain("include-message is");
    }

    @Test
    void warnsOfTextsOfExceptionsThatGoToPeers(CapturedOutput output) {
        App.secured("xy.websocket.include-message=always").start(Staff.class).close();

        assertThat(output.getAll()).containsOnlyOnce("xy.websocket.include-message is 'always'");
    }

    @Test
    void refusesATicketLifetimeThatCantBeMeant() {
        assertThatThrownBy(() -> App.with("xy.websocket.ticket-lifetime=0s").start())
                .rootCause()
                .hasMessageContaining("xy.websocket.ticket-lifetime must be more than 0, but is 0s");
    }
}
