package io.xywebsocket.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Another node of the cluster. Confined to the cluster's thread, but for its id, its calls and its closes. */
final class RemoteNode {

    /** The version of a directory of which nothing is known. */
    static final long UNKNOWN = -1;

    final String id;

    /** The calls to its members; other ones after this node was cut off. */
    volatile OutgoingCalls calls;

    /** How many changes of its directory have been applied; {@link #UNKNOWN} before it has been read. */
    long version = UNKNOWN;

    /** When its directory was last asked for, of the clock; 0 if it is not awaited. */
    long askedAt;

    /** How long its users stay online beyond the linger time, as it has said that it stops; in milliseconds. */
    long returnMillis;

    /** Members that are to be closed until they have gone; from any thread. */
    final Map<String, PendingClose> closes = new ConcurrentHashMap<>();

    /** Whether a heartbeat has come. */
    boolean isHeard;

    /** Whether it is older than this node, so that its first members are no news. */
    boolean wasHereBefore;

    /** When this node's directory was last sent to it, of the clock; 0 for never. */
    long answeredAt;

    /** Whether what its first directory says was so before this node started. */
    boolean isNoNews;

    /** Whether its directory has been read. */
    boolean isKnown;

    /** The part of its directory that has come; null if none is under way. */
    @Nullable
    List<RemoteMember> snapshot;

    long snapshotVersion;
    long snapshotSize;

    /** A close that was asked for. */
    record PendingClose(int code, String reason) {}

    RemoteNode(String id, OutgoingCalls calls) {
        this.id = id;
        this.calls = calls;
    }

    void beginSnapshot(long ofVersion, long size) {
        snapshot = new ArrayList<>();
        snapshotVersion = ofVersion;
        snapshotSize = size;
    }
}
