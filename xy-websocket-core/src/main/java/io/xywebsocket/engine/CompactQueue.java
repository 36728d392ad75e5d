package io.xywebsocket.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A queue that takes little memory while empty, and releases that of its peak. Not thread-safe. */
final class CompactQueue<T> {

    private static final int SMALL = 64;

    /** The head, mostly the only item; null if empty. */
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

    /** Removes and returns the items that match. */
    List<T> takeIf(Predicate<T> wanted) {
        List<T> taken = new ArrayList<>();
        removeIf(item -> wanted.test(item) && taken.add(item));
        return taken;
    }

    void removeIf(Predicate<? super T> condition) {
        boolean firstToo = first != null && condition.test(first);
        if (others != null) {
            others.removeIf(condition);
        }
        if (firstToo) {
            poll();
        } else {
            giveBack();
        }
    }

    /** Removes and returns all items. */
    List<T> takeAll() {
        return takeIf(item -> true);
    }
}
