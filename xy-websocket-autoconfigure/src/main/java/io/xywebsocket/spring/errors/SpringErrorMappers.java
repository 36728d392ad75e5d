package io.xywebsocket.spring.errors;

import io.xywebsocket.XyErrorMapper;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ClassUtils;

/**
 * The mappers of the exceptions that Spring and Spring Security throw. Thread-safe.
 *
 * @since 0.1
 */
public final class SpringErrorMappers {

    private SpringErrorMappers() {}

    /**
     * The mappers in the order in which they are to be asked, without those whose exceptions aren't on the class path.
     *
     * @param loader the application's class loader; null for the default one
     */
    public static List<XyErrorMapper> available(@Nullable ClassLoader loader) {
        List<XyErrorMapper> mappers = new ArrayList<>();
        if (ClassUtils.isPresent("org.springframework.web.ErrorResponse", loader)) {
            mappers.add(new ErrorResponseMapper());
            mappers.add(new ResponseStatusMapper());
        }
        if (ClassUtils.isPresent("org.springframework.security.core.AuthenticationException", loader)) {
            mappers.add(new SecurityErrorMapper());
        }
        return List.copyOf(mappers);
    }
}
