package io.xywebsocket.engine;

import java.util.List;

/** What decides in a run that is otherwise the same every time: a random with a seed, or what a fuzzer has made up. */
@FunctionalInterface
interface Choices {

    /** A number from 0 to one less than the bound; 0 once there is nothing left to decide with. */
    int below(int bound);

    default boolean oneIn(int chances) {
        return below(chances) == chances - 1;
    }

    default <T> T of(List<T> options) {
        return options.get(below(options.size()));
    }
}
