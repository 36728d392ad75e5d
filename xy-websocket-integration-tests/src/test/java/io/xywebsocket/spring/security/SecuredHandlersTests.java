package io.xywebsocket.spring.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xywebsocket.XyCancellableFuture;
import io.xywebsocket.XyException;
import io.xywebsocket.XyFunction;
import io.xywebsocket.XyHandlerDecorator;
import io.xywebsocket.XyHandlerInfo;
import io.xywebsocket.XyPayload;
import io.xywebsocket.spring.handlers.FakePeer;
import java.security.Principal;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
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
        return decorator.function(XyHandlerInfo.function("f"), function).call("f", XyPayload.none(), peer);
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

        assertThatThrownBy(() -> denying.function(XyHandlerInfo.function(null), (name, payload, caller) -> "fallback")
                        .call("f", XyPayload.none(), ada))
                .isInstanceOf(XyException.class)
                .hasMessage("Access denied");
        assertThatThrownBy(() -> denying.listener(XyHandlerInfo.listener(null), (name, payload, caller) -> {})
                        .on("e", XyPayload.none(), ada))
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

    @Test
    void doSoToADenialThatComesLater() throws Exception {
        for (CompletableFuture<String> later :
                List.of(new CompletableFuture<String>(), new XyCancellableFuture<String>())) {
            var nobodys = (CompletableFuture<?>) call((name, payload, caller) -> later, new FakePeer(null));
            later.completeExceptionally(new CompletionException(new AccessDeniedException("no")));
            assertThatThrownBy(nobodys::join).hasCauseInstanceOf(InsufficientAuthenticationException.class);
        }
        CompletableFuture<String> later = new CompletableFuture<>();
        assertThat(call((name, payload, caller) -> later, new FakePeer(() -> "ada")))
                .isSameAs(later);
    }

    @Test
    void leaveOtherOutcomesOfStagesAsTheyAre() throws Exception {
        for (CompletableFuture<String> later :
                List.of(new CompletableFuture<String>(), new XyCancellableFuture<String>())) {
            var nobodys = (CompletableFuture<?>) call((name, payload, caller) -> later, new FakePeer(null));
            assertThat(nobodys).isNotDone();
            later.complete("x");
            assertThat(nobodys.join()).isEqualTo("x");
        }
        assertThatThrownBy(((CompletableFuture<?>) call(
                        (name, payload, caller) -> CompletableFuture.failedFuture(new XyException(409, "no")),
                        new FakePeer(null)))::join)
                .hasCauseInstanceOf(XyException.class);
    }

    @Test
    void cancelWhatCanBeCancelledAndNothingElse() throws Exception {
        XyCancellableFuture<String> own = new XyCancellableFuture<>();
        var answer = (XyCancellableFuture<?>) call((name, payload, caller) -> own, new FakePeer(null));
        answer.cancel(false);
        assertThat(own).isCancelled();
        assertThat(call((name, payload, caller) -> new CompletableFuture<>(), new FakePeer(null)))
                .isInstanceOf(CompletableFuture.class)
                .isNotInstanceOf(XyCancellableFuture.class);
    }

    private static String current() {
        Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
        return authentication == null ? "none" : authentication.getName();
    }
}
