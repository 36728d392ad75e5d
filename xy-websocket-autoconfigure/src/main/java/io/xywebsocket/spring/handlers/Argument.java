package io.xywebsocket.spring.handlers;

import org.jspecify.annotations.Nullable;

/** Finds the value of one parameter for each call. Thread-safe. */
@FunctionalInterface
interface Argument {

    /** In the place of an argument that wasn't sent and for which the method itself has a default. */
    Object LEFT_OUT = new Object();

    static boolean anyLeftOut(@Nullable Object... arguments) {
        for (Object argument : arguments) {
            if (argument == LEFT_OUT) {
                return true;
            }
        }
        return false;
    }

    /** @throws io.xywebsocket.XyException if there is no fitting value; the rejection */
    @Nullable
    Object resolve(Call call);
}
