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

    private Queue<T> items = new ArrayDeque<>(2);
    private boolean large;

    void add(T item) {
        items.add(item);
        large |= items.size() > SMALL;
    }

    @Nullable
    T peek() {
        return items.peek();
    }

    @Nullable
    T poll() {
        T item = items.poll();
        if (large && items.isEmpty()) {
            clear();
        }
        return item;
    }

    int size() {
        return items.size();
    }

    boolean isEmpty() {
        return items.isEmpty();
    }

    void clear() {
        items = new ArrayDeque<>(2);
        large = false;
    }

    /** Takes those that this is true of. */
    List<T> takeIf(Predicate<T> wanted) {
        List<T> taken = new ArrayList<>();
        removeIf(item -> wanted.test(item) && taken.add(item));
        return taken;
    }

    void removeIf(Predicate<? super T> unwanted) {
        items.removeIf(unwanted);
        if (large && items.isEmpty()) {
            clear();
        }
    }

    /** Takes all of them. */
    List<T> takeAll() {
        List<T> all = new ArrayList<>(items);
        clear();
        return all;
    }
}
