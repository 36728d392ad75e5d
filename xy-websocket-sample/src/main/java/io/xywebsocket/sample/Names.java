package io.xywebsocket.sample;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/** Names for people who did not tell theirs: Quick Otter, Merry Badger … */
final class Names {

    private static final List<String> ALL = new ArrayList<>();

    static {
        for (String how : List.of("Quick", "Merry", "Bold", "Gentle", "Clever", "Calm", "Lucky", "Nimble")) {
            for (String animal : List.of("Otter", "Fox", "Owl", "Bear", "Hare", "Badger", "Cat", "Mouse", "Frog")) {
                ALL.add(how + " " + animal);
            }
        }
    }

    private Names() {}

    static boolean contains(String name) {
        return ALL.contains(name);
    }

    /** One that nobody bears; with more people than names, a numbered one. */
    static String free(Set<String> taken) {
        List<String> shuffled = new ArrayList<>(ALL);
        Collections.shuffle(shuffled);
        return shuffled.stream()
                .filter(name -> !taken.contains(name))
                .findFirst()
                .orElseGet(() -> "Otter " + (taken.size() + 1));
    }
}
