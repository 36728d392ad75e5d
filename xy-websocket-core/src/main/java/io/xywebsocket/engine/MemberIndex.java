package io.xywebsocket.engine;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Members by a name, of a user or of a group. A name without members takes no memory, and one with a single member no
 * set. Thread-safe.
 *
 * @param <M> the type of members, which is no set
 */
final class MemberIndex<M> {

    private static final int SMALL = 16;

    /** A member, or a set of several. */
    private final Map<String, Object> members = new ConcurrentHashMap<>();

    void add(String name, M member) {
        members.merge(name, member, (known, added) -> {
            if (known.equals(added)) {
                return known;
            }
            Set<M> all = setOf(known);
            all.add(member);
            return all;
        });
    }

    /** Returns the set that stands there, or a new one with the member that does. */
    @SuppressWarnings("unchecked") // only this class puts values
    private Set<M> setOf(Object known) {
        if (known instanceof Set<?> set) {
            return (Set<M>) set;
        }
        Set<M> set = ConcurrentHashMap.newKeySet(2);
        set.add((M) known);
        return set;
    }

    void remove(String name, M member) {
        members.computeIfPresent(name, (key, known) -> {
            if (known instanceof Set<?> set) {
                boolean removed = set.remove(member);
                if (removed && set.size() == SMALL) {
                    Set<Object> smaller = ConcurrentHashMap.newKeySet(SMALL); // a large one's table stays large
                    smaller.addAll(set);
                    return smaller;
                }
                return set.isEmpty() ? null : set;
            }
            return known.equals(member) ? null : known;
        });
    }

    /** Returns an unmodifiable view, which may change with the index. */
    @SuppressWarnings("unchecked") // only this class puts values
    Set<M> of(String name) {
        Object known = members.get(name);
        if (known == null) {
            return Set.of();
        }
        return known instanceof Set<?> set ? Collections.unmodifiableSet((Set<M>) set) : Set.of((M) known);
    }

    /** Returns the number of names. */
    int size() {
        return members.size();
    }

    /** Returns a live view. */
    Set<String> names() {
        return members.keySet();
    }
}
