package io.xywebsocket.benchmarks.load;

/** Something that can be asked for on the command line. */
interface Named {

    /** How it is named on the command line and in the tables. */
    String id();

    /** Whether this is meant by a name, which may be the first words of its own. */
    default boolean isCalled(String name) {
        return (id() + "-").startsWith(name + "-");
    }
}
