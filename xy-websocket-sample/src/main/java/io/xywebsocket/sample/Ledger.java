package io.xywebsocket.sample;

import java.util.function.Function;

/** Keeps the town's books: one copy, however many nodes the town runs on. */
interface Ledger {

    /**
     * Runs an action on the books as they are now, one action at a time, and keeps what it changes. Then what it has
     * left to do {@link Books#afterwards} is done.
     *
     * @param action checks first and changes the books then: if it throws, nothing has changed. It may be run again if
     *     another node was quicker
     */
    <T> T use(Function<Books, T> action);
}
