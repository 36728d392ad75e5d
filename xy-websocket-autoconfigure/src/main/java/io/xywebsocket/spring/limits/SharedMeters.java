package io.xywebsocket.spring.limits;

import io.xywebsocket.XyClock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Meters by the name of whom they are for. They are forgotten once nobody holds them and they are full: then new ones are as
 * good. So whoever leaves and comes back finds what he has left. Thread-safe.
 */
final class SharedMeters {

    private final Map<String, Entry> entries = new ConcurrentHashMap<>();
    private final Supplier<Meters> fresh;
    private final Duration fullAfter;
    private final XyClock clock;

    /** @param fullAfter in what time any of the meters fills */
    SharedMeters(Supplier<Meters> fresh, Duration fullAfter, XyClock clock) {
        this.fresh = fresh;
        this.fullAfter = fullAfter;
        this.clock = clock;
    }

    // holders and timerSet are changed inside the map's compute for that name only
    private static final class Entry {
        final Meters meters;
        int holders;
        boolean timerSet;

        Entry(Meters meters) {
            this.meters = meters;
        }
    }

    /** The meters of this name; to be let go of again. */
    Meters hold(String name) {
        return entries.compute(name, (key, known) -> {
                    Entry entry = known == null ? new Entry(fresh.get()) : known;
                    entry.holders++;
                    return entry;
                })
                .meters;
    }

    void letGo(String name) {
        entries.computeIfPresent(name, (key, entry) -> {
            entry.holders--;
            return keep(key, entry);
        });
    }

    private @Nullable Entry keep(String name, Entry entry) {
        if (entry.holders > 0) {
            return entry;
        }
        if (entry.meters.areFull()) {
            return null;
        }
        if (!entry.timerSet) {
            entry.timerSet = true;
            clock.schedule(() -> timeUp(name), fullAfter);
        }
        return entry;
    }

    private void timeUp(String name) {
        entries.computeIfPresent(name, (key, entry) -> {
            entry.timerSet = false;
            return keep(key, entry);
        });
    }

    int size() {
        return entries.size();
    }
}
