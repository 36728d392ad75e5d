package io.xywebsocket.spring.security;

import io.xywebsocket.XyCancellableFuture;
import io.xywebsocket.XyPeer;
import io.xywebsocket.untrusted.Thrown;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.InsufficientAuthenticationException;
import org.springframework.security.core.AuthenticationException;

/** Whoever is denied something and hasn't logged in is told that he should, be the denial thrown or what comes of a stage. */
final class Denials {

    private Denials() {}

    /** What to throw in place of a failure: null, unless it is a denial and nobody has logged in. */
    static @Nullable AuthenticationException missingLogin(XyPeer peer, Throwable failure) {
        return Thrown.unwrap(failure) instanceof AccessDeniedException denial && PeerContexts.isNobody(peer)
                ? new InsufficientAuthenticationException("Nobody has logged in", denial)
                : null;
    }

    /** A handler's result. A stage for somebody who hasn't logged in is one that fails in the same way, and whose cancelling does what it did before. */
    static @Nullable Object later(XyPeer peer, @Nullable Object result) {
        return result instanceof CompletionStage<?> stage ? later(peer, stage) : result;
    }

    static @Nullable CompletionStage<?> later(XyPeer peer, @Nullable CompletionStage<?> stage) {
        if (stage == null || !PeerContexts.isNobody(peer)) {
            return stage;
        }
        if (stage instanceof XyCancellableFuture<?> own) {
            return cancelling(peer, own);
        }
        return stage.handle((value, failure) -> {
            if (failure != null) {
                throw new CompletionException(
                        null, seenBy(peer, failure)); // without a message it would ask for its text
            }
            return value;
        });
    }

    /** Derived stages cancel nothing. */
    private static XyCancellableFuture<@Nullable Object> cancelling(XyPeer peer, XyCancellableFuture<?> own) {
        XyCancellableFuture<@Nullable Object> told = new XyCancellableFuture<>();
        own.whenComplete((value, failure) -> {
            if (failure == null) {
                told.complete(value);
            } else {
                told.completeExceptionally(Thrown.forFuture(seenBy(peer, failure)));
            }
        });
        told.whenComplete((value, failure) -> own.cancel(true));
        return told;
    }

    private static Throwable seenBy(XyPeer peer, Throwable failure) {
        AuthenticationException missing = missingLogin(peer, failure);
        return missing == null ? failure : missing;
    }
}
