package io.xywebsocket.spring.security;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;

/**
 * Says until when a login is good; its peer is closed with 4401 then, unless {@link io.xywebsocket.XyPeer#identify} has renewed it. Beans
 * of this type are asked beside our own, which knows the tokens of Spring Security's resource server; the earliest answer
 * counts. Asked when a peer connects, when its login is renewed, and at times in between, on any thread: must answer at once.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface XyExpiry {

    /**
     * When a login expires.
     *
     * @return null if it doesn't, or if this one can't tell
     */
    @Nullable
    Instant expiresAt(Authentication authentication);
}
