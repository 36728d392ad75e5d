package io.xywebsocket;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A queue that costs an idle connection next to nothing: it gives back the room of its longest day. Not thread-safe. */
final class Backlog<T> {

    private static final int SMALL = 64;

    /** Mostly there is no other; null if there is none at all. */
    private @Nullable T first;

    private @Nullable Queue<T> others;
    private boolean large;

    void add(T item) {
        if (first == null) {
            first = item;
            return;
        }
        if (others == null) {
            others = new ArrayDeque<>(2);
        }
        others.add(item);
        large |= others.size() > SMALL;
    }

    @Nullable
    T peek() {
        return first;
    }

    @Nullable
    T poll() {
        T item = first;
        first = others == null ? null : others.poll();
        giveBack();
        return item;
    }

    private void giveBack() {
        if (large && others != null && others.isEmpty()) {
            others = null;
            large = false;
        }
    }

    int size() {
        return first == null ? 0 : others == null ? 1 : 1 + others.size();
    }

    boolean isEmpty() {
        return first == null;
    }

    void clear() {
        first = null;
        others = null;
        large = false;
    }

    /** Takes those that this is true of. */
    List<T> takeIf(Predicate<T> wanted) {
        List<T> taken = new ArrayList<>();
        removeIf(item -> wanted.test(item) && taken.add(item));
        return taken;
    }

    void removeIf(Predicate<? super T> unwanted) {
        boolean firstToo = first != null && unwanted.test(first);
        if (others != null) {
            others.removeIf(unwanted);
        }
        if (firstToo) {
            poll();
        } else {
            giveBack();
        }
    }

    /** Takes all of them. */
    List<T> takeAll() {
        return takeIf(item -> true);
    }
}
