package io.xywebsocket.benchmarks.load;

/** One thing to be measured on several servers. */
interface Row {

    /** How it is named on the command line and in the tables. */
    String id();

    /** Whether this is meant by a name, which may be the first words of its own. */
    default boolean isCalled(String name) {
        return (id() + "-").startsWith(name + "-");
    }

    /** Measures and adds to the bench's results. */
    void run(Bench bench);
}
