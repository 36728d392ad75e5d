package io.xywebsocket.benchmarks.load.generator;

/** What a connection does with what it gets. Called on the generator's thread. */
public interface Script {

    /** Reads and forgets. */
    Script SILENT = (connection, bytes, offset, length) -> {};

    /** A text message; the bytes are valid only during the call. */
    void text(Connection connection, byte[] bytes, int offset, int length);

    /** The connection is gone. */
    default void closed(Connection connection) {}
}
