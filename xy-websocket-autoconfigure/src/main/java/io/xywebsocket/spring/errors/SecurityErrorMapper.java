package io.xywebsocket.spring.errors;

import io.xywebsocket.XyErrorMapper;
import io.xywebsocket.XyException;
import org.jspecify.annotations.Nullable;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;

/** Spring Security's exceptions. Their texts are fixed ones: why somebody was turned away is not for them to know. */
final class SecurityErrorMapper implements XyErrorMapper {

    @Override
    public @Nullable XyException map(Throwable error) {
        if (error instanceof AccessDeniedException) {
            return new XyException(403, "Access denied", error);
        }
        return error instanceof AuthenticationException ? new XyException(401, "Not authenticated", error) : null;
    }
}
