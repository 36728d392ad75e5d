package io.xywebsocket;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A connected client. Members of this node are {@link XyPeer}s, those of other nodes of the cluster are not. Two
 * members of one id are equal. Thread-safe.
 *
 * <p>Calls and events reach a member wherever it is. A call to a member that has gone fails with {@link
 * XyNotConnectedException} at once. An event to a member of another node waits in this one's queue to the other nodes, also
 * while this node is cut off, so {@link #send} returns true then. If it can't be published within {@code
 * cluster.outage}, it is dropped and counted, as are events for which the queue is full: those return false.
 *
 * @since 0.1
 */
public interface XyMember extends XyCaller {

    /** Returns the id of the connection, which is unique in the cluster. */
    String id();

    /** Returns the name of the authenticated user; null if there is none. */
    @Nullable
    String user();

    /** Returns the id of the node that the member is connected to. A node that restarts has another id. */
    String node();

    /** Returns the names of the groups that it is in at this moment, as an unmodifiable set; none once it has gone. */
    Set<String> groups();

    /** Returns when it connected, in whole milliseconds. */
    Instant since();

    /** Closes the connection with code 1000, see {@link #close(int, String)}. */
    default void close() {
        close(1000, "");
    }

    /**
     * Closes the connection after queued messages have been written. Never blocks. Idempotent.
     *
     * @param code   a close code, RFC 6455 §7.4: applications use 1000 or 3000 to 4999; 1001 to 1003 and 1007 to 1014
     *     have defined meanings
     * @param reason a text of at most 123 UTF-8 bytes; longer ones are truncated
     * @throws IllegalArgumentException for other codes, which no close frame may have; nothing is closed then
     */
    void close(int code, String reason);

    @Override
    XyMember withTimeout(Duration timeout);
}
