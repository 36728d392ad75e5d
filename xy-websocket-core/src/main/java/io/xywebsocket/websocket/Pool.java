package io.xywebsocket.websocket;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Keeps what is costly to make for whoever needs it next. As many may be out at once as threads ask; of those that come back so many are kept
 * as there are processors. Thread-safe.
 */
final class Pool<T> {

    private final ArrayBlockingQueue<T> idle =
            new ArrayBlockingQueue<>(Runtime.getRuntime().availableProcessors());
    private final Supplier<T> make;
    private final Consumer<T> end;

    /** @param end frees what isn't kept */
    Pool(Supplier<T> make, Consumer<T> end) {
        this.make = make;
        this.end = end;
    }

    /** One for the caller alone, who MUST {@linkplain #giveBack give it back} whatever happens. */
    T borrow() {
        T kept = idle.poll();
        return kept == null ? make.get() : kept;
    }

    void giveBack(T borrowed) {
        if (!idle.offer(borrowed)) {
            end.accept(borrowed);
        }
    }

    int idle() {
        return idle.size();
    }
}
