package io.xywebsocket.benchmarks.load.servers;

/** What the runner may ask of a server besides answering its clients. */
interface LoadServer {

    int port();

    /** Sends one event to everybody who is connected. Its payload is an {@link Item}. */
    default void broadcast(int id, int noteLength) {
        throw new UnsupportedOperationException("no broadcasts");
    }

    /** Begins to call every client, over and over again, so many calls at a time each. */
    default void startCalling(int depth, int noteLength) {
        throw new UnsupportedOperationException("no calls to clients");
    }

    /** Ends that and returns how many calls have failed. */
    default long stopCalling() {
        throw new UnsupportedOperationException("no calls to clients");
    }

    /** How many clients are connected. */
    int peers();

    /** Peers, connections that are closing, calls that wait for answers. */
    default String statistics() {
        throw new UnsupportedOperationException("no statistics");
    }

    /** Carries out a command that only some servers know. */
    default String other(String... words) {
        return "unknown " + words[0];
    }

    /** How many events have been handled. */
    default long events() {
        return 0;
    }
}
