package io.xywebsocket.benchmarks.load;

/** Something that can be asked for on the command line. */
interface Named {

    /** The name on the command line and in the tables. */
    String id();

    /** Returns whether a name means this: its own, or the first words of that. */
    default boolean isCalled(String name) {
        return (id() + "-").startsWith(name + "-");
    }
}
