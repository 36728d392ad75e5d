package io.xywebsocket;

/** One thread's run along a queue, as {@link BurstWatch} sees it. The fields are guarded by the queue's lock. */
abstract class Watched {

    int steps;
    int stepsAtLastCheck;
    boolean watched;

    /** Asked about every millisecond. Returns whether to ask again. */
    abstract boolean check();
}
