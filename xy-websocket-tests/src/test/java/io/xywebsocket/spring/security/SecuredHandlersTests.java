package io.xywebsocket.spring.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xywebsocket.XyException;
import io.xywebsocket.XyFunction;
import io.xywebsocket.XyHandlerDecorator;
import io.xywebsocket.XyPayload;
import io.xywebsocket.spring.handlers.FakePeer;
import java.security.Principal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.InsufficientAuthenticationException;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;

class SecuredHandlersTests {

    private final XyHandlerDecorator decorator =
            new HandlerSecurity(SecurityContextHolder.getContextHolderStrategy(), false).decorator();

    @AfterEach
    void clear() {
        SecurityContextHolder.clearContext();
    }

    private Object call(XyFunction function, FakePeer peer) throws Exception {
        return decorator.function("f", function).call("f", XyPayload.none(), peer);
    }

    @Test
    void putBackTheContextThatTheThreadHad() throws Exception {
        Authentication outer = new TestingAuthenticationToken("outer", "");
        SecurityContextHolder.getContext().setAuthentication(outer);
        FakePeer peer = new FakePeer(new TestingAuthenticationToken("ada", ""));

        assertThat(call((name, payload, caller) -> current(), peer)).isEqualTo("ada");
        assertThat(SecurityContextHolder.getContext().getAuthentication()).isSameAs(outer);
    }

    @Test
    void leaveNothingBehindAHandlerThatThrows() {
        FakePeer peer = new FakePeer(new TestingAuthenticationToken("ada", ""));

        assertThatThrownBy(() -> call(
                        (name, payload, caller) -> {
                            throw new IllegalStateException("boom");
                        },
                        peer))
                .hasMessage("boom");
        assertThat(current()).isEqualTo("none");
    }

    @Test
    void knowALoginOfAnotherKindByItsName() throws Exception {
        Principal containers = () -> "ada";
        assertThat(call((name, payload, caller) -> current(), new FakePeer(containers)))
                .isEqualTo("ada");
    }

    @Test
    void refuseWhateverHasNoRuleIfToldTo() {
        XyHandlerDecorator denying =
                new HandlerSecurity(SecurityContextHolder.getContextHolderStrategy(), true).decorator();
        FakePeer ada = new FakePeer(new TestingAuthenticationToken("ada", ""));

        assertThatThrownBy(() -> denying.function(null, (name, payload, caller) -> "fallback")
                        .call("f", XyPayload.none(), ada))
                .isInstanceOf(XyException.class)
                .hasMessage("Access denied");
        assertThatThrownBy(() ->
                        denying.listener(null, (name, payload, caller) -> {}).on("e", XyPayload.none(), ada))
                .isInstanceOf(XyException.class)
                .hasMessage("Access denied");
    }

    @Test
    void turnADenialIntoAMissingLoginForWhoHasNone() {
        XyFunction denying = (name, payload, caller) -> {
            throw new AccessDeniedException("no");
        };
        assertThatThrownBy(() -> call(denying, new FakePeer(null)))
                .isInstanceOf(InsufficientAuthenticationException.class);
        assertThatThrownBy(() -> call(denying, new FakePeer(() -> "ada"))).isInstanceOf(AccessDeniedException.class);
    }

    private static String current() {
        Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
        return authentication == null ? "none" : authentication.getName();
    }
}
