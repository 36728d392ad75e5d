package io.xywebsocket;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A parameter of a contract's method. Immutable.
 *
 * @param name by which several are sent
 * @param type what its values are written as, without the {@code Optional} around it
 */
record ContractArgument(String name, XyType<?> type) {

    /** What is sent for the value of this. */
    @Nullable
    Object of(@Nullable Object argument) {
        Object value = argument instanceof Optional<?> optional ? optional.orElse(null) : argument;
        boolean plain = type.view() == null && !type.saysMoreThanAClass();
        return plain || value == null || value instanceof XyPayload || value instanceof XyValue
                ? value
                : XyValue.of(value, type);
    }
}
