package io.xywebsocket.benchmarks.load;

/** One thing to be measured on several servers. */
interface Row {

    /** How it is named on the command line and in the tables. */
    String id();

    /** Measures and adds to the bench's results. */
    void run(Bench bench);
}
