package io.xywebsocket.spring.handlers;

import org.jspecify.annotations.Nullable;

/** Finds the value of one parameter for each call. Thread-safe. */
@FunctionalInterface
interface Argument {

    /** @throws io.xywebsocket.XyException if there is no fitting value; the rejection */
    @Nullable
    Object resolve(Call call);
}
