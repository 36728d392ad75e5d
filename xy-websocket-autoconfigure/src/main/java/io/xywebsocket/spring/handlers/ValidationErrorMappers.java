package io.xywebsocket.spring.handlers;

import io.xywebsocket.XyErrorMapper;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ClassUtils;

/**
 * The mappers of failed validation, by whomever it was done: status 400, and a detail {@code errors} that lists {@code
 * field} and {@code message}. A result that fails its validation is no fault of the caller and not theirs. Thread-safe.
 *
 * @since 0.1
 */
public final class ValidationErrorMappers {

    private ValidationErrorMappers() {}

    /**
     * The mappers in the order in which they are to be asked, without those whose exceptions aren't on the class path.
     *
     * @param loader the application's class loader; null for the default one
     */
    public static List<XyErrorMapper> available(@Nullable ClassLoader loader) {
        List<XyErrorMapper> mappers = new ArrayList<>();
        mappers.add(new SpringViolationMapper());
        if (ClassUtils.isPresent("jakarta.validation.ConstraintViolationException", loader)) {
            mappers.add(new ConstraintViolationMapper());
        }
        return List.copyOf(mappers);
    }
}
