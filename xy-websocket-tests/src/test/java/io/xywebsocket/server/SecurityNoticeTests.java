package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xywebsocket.XyEvent;
import io.xywebsocket.XyHandlers;
import io.xywebsocket.XyRpc;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;

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
                .hasMessageContaining("Below xy.websocket: ticket-lifetime must be more than 0");
    }
}
