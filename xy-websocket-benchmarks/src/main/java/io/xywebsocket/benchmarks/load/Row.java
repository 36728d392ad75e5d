package io.xywebsocket.benchmarks.load;

/** One thing to be measured on several servers. */
interface Row extends Named {

    /** Measures and adds to the bench's results. */
    void run(Bench bench);
}
