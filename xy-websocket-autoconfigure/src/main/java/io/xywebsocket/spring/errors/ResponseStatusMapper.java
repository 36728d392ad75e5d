package io.xywebsocket.spring.errors;

import io.xywebsocket.XyErrorMapper;
import io.xywebsocket.XyException;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.web.bind.annotation.ResponseStatus;

/** Exceptions whose class bears {@link ResponseStatus}. Without a reason the status speaks: the exception's text stays here. */
final class ResponseStatusMapper implements XyErrorMapper {

    @Override
    public @Nullable XyException map(Throwable error) {
        ResponseStatus status = AnnotatedElementUtils.findMergedAnnotation(error.getClass(), ResponseStatus.class);
        if (status == null) {
            return null;
        }
        int code = status.code().value();
        return new XyException(code, status.reason().isEmpty() ? StatusText.of(code) : status.reason(), error);
    }
}
