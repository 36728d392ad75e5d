package io.xywebsocket.cluster;

import io.xywebsocket.protocol.JsonBuffer;

/**
 * What is above a {@link Cluster}. All is called by one thread at a time, in the order in which it happened; messages of
 * one node in the order in which it published them.
 */
public interface ClusterPort {

    /**
     * A message of another node.
     *
     * @param kind   the value of its {@code k}
     * @param bytes  holds the JSON object; not changed afterwards
     * @param start  where it begins
     * @param length its bytes
     * @param madeAt when it was made, of this node's clock: the time that it was on the way is not known and not counted
     */
    void message(String node, String kind, byte[] bytes, int start, int length, long madeAt);

    /**
     * A call for which there is no room, to be answered at once. Called on the bus's thread.
     *
     * @param kind {@code call}, {@code many}, {@code group} or {@code ask}
     */
    void refuse(String node, String kind, byte[] bytes, int start, int length);

    /** Adds members to this node's heartbeat, each with a comma before it. Called on the clock's thread. */
    void appendHeartbeat(JsonBuffer heartbeat);

    /** A node has been heard of for the first time, or again after its end. */
    void joined(String node);

    /** A node has been silent for the node timeout. */
    void lost(String node);

    /** A node has said that it stops. */
    void left(String node);

    /** Events of a node have been lost. */
    void gap(String node, long events);

    /**
     * This node doesn't hear itself any more.
     *
     * @param why as far as it is known, on one line
     */
    void cutOff(String why);

    /** This node hears itself, for the first time or again. */
    void connected();
}
