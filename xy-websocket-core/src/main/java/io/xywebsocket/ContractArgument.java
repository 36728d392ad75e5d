package io.xywebsocket;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A parameter of a contract's method. Immutable.
 *
 * @param name the member's name if there are several parameters
 * @param type the type of its values, without {@code Optional}
 */
record ContractArgument(String name, XyType<?> type) {

    /** Converts an argument for the payload. */
    @Nullable
    Object of(@Nullable Object argument) {
        Object value = argument instanceof Optional<?> optional ? optional.orElse(null) : argument;
        boolean plain = type.view() == null && !type.saysMoreThanAClass();
        return plain || value == null || value instanceof XyPayload || value instanceof XyValue
                ? value
                : XyValue.of(value, type);
    }
}
