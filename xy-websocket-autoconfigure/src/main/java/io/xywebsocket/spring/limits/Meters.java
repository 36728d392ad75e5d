package io.xywebsocket.spring.limits;

import io.xywebsocket.XyClock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The meters of one user, connection or address. There are never more than the settings name. Thread-safe. */
final class Meters {

    private final @Nullable Meter all;
    private final Map<String, Rate> functionRates;
    private final Map<String, Meter> functions;
    private final XyClock clock;

    Meters(@Nullable Rate all, Map<String, Rate> functionRates, XyClock clock) {
        this.all = all == null ? null : new Meter(all, clock);
        this.functionRates = functionRates;
        this.functions = functionRates.isEmpty() ? Map.of() : new ConcurrentHashMap<>(2);
        this.clock = clock;
    }

    /** See {@link Meter#take}. */
    long take() {
        return all == null ? 0 : all.take();
    }

    /** The same for a function, which may have any name. */
    long take(String function) {
        Rate rate = functionRates.get(function);
        return rate == null
                ? 0
                : functions
                        .computeIfAbsent(function, name -> new Meter(rate, clock))
                        .take();
    }

    /** How many functions have one. */
    int size() {
        return functions.size();
    }

    boolean areFull() {
        return (all == null || all.isFull()) && functions.values().stream().allMatch(Meter::isFull);
    }
}
