package io.xywebsocket.spring.security;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.AbstractOAuth2Token;

/** The expiry of the token that somebody has logged in with: a JWT's {@code exp}, or what an introspection has told. */
final class TokenExpiry implements ExpiryWatch.Lenient {

    @Override
    public @Nullable Instant expiresAt(Authentication authentication) {
        return authentication.getCredentials() instanceof AbstractOAuth2Token token ? token.getExpiresAt() : null;
    }
}
