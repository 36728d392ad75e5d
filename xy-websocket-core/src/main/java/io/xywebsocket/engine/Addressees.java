package io.xywebsocket.engine;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Whom an event or a call is for, by names. Immutable.
 *
 * @param names  of groups or users; empty for everybody
 * @param except the ids of members that are left out
 */
record Addressees(Kind kind, Set<String> names, Set<String> except) {

    enum Kind {
        EVERYBODY,
        GROUPS,
        USERS
    }

    static final Addressees EVERYBODY = new Addressees(Kind.EVERYBODY, Set.of(), Set.of());

    static Addressees groups(String... groups) {
        List.of(groups).forEach(GroupName::check);
        return new Addressees(Kind.GROUPS, names(groups), Set.of());
    }

    static Addressees users(String... users) {
        return new Addressees(Kind.USERS, names(users), Set.of());
    }

    private static Set<String> names(String... names) {
        if (names.length == 0) {
            throw new IllegalArgumentException("An audience needs at least one name");
        }
        return Set.copyOf(List.of(names));
    }

    Addressees withoutIds(String... ids) {
        Set<String> all = new HashSet<>(except);
        all.addAll(List.of(ids));
        return new Addressees(kind, names, Set.copyOf(all));
    }

    boolean leavesOut(String id) {
        return !except.isEmpty() && except.contains(id);
    }
}
