package io.xywebsocket.spring.errors;

import io.xywebsocket.XyErrorMapper;
import io.xywebsocket.XyException;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponse;

/** Exceptions that say themselves what they are on the wire, as {@code ResponseStatusException} does. */
final class ErrorResponseMapper implements XyErrorMapper {

    private static final Set<String> RESERVED = Set.of("ok", "status", "message");

    @Override
    public @Nullable XyException map(Throwable error) {
        if (!(error instanceof ErrorResponse response)) {
            return null;
        }
        int status = response.getStatusCode().value();
        ProblemDetail body = response.getBody();
        String detail = body.getDetail();
        XyException mapped = new XyException(status, detail == null ? StatusText.of(status) : detail, error);
        Map<String, Object> properties = body.getProperties();
        if (properties != null) {
            properties.forEach((name, value) -> {
                if (!RESERVED.contains(name)) {
                    mapped.with(name, value);
                }
            });
        }
        return mapped;
    }
}
