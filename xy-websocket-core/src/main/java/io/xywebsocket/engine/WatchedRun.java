package io.xywebsocket.engine;

/** A run along a queue that {@link DrainWatch} checks. The lock of the queue guards its fields. */
abstract class WatchedRun {

    int steps;
    int stepsAtLastCheck;
    boolean watched;

    /** Called about every millisecond. Returns whether to continue. */
    abstract boolean check();
}
