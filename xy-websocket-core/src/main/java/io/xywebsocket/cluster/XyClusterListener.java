package io.xywebsocket.cluster;

/**
 * Is notified of the nodes of a cluster, on threads that run handlers, one notice after the other. A listener that blocks
 * delays the next notices. Exceptions are logged, and the other listeners are notified all the same. With Spring, beans of
 * this type are added, and {@code XyClusterEvent} is published.
 *
 * @since 0.1
 */
public interface XyClusterListener {

    /**
     * A node is there, for the first time or again, and its members are listed. There is no notice of those who were
     * there before this node.
     *
     * @param node its id, see {@link io.xywebsocket.XyMember#node}; the same in the methods below
     */
    default void joined(String node) {}

    /** A node has been silent for the node timeout. Its members are gone. */
    default void lost(String node) {}

    /** A node has stopped. Its members are gone. */
    default void left(String node) {}

    /**
     * Events that a node has sent are lost, and reach no peer of this node.
     *
     * @param events how many
     */
    default void gap(String node, long events) {}

    /**
     * This node hasn't heard its own heartbeats for the echo timeout: calls to members of other nodes fail. These stay
     * listed as last known.
     */
    default void cutOff() {}

    /** This node hears its own heartbeats, for the first time or again. */
    default void connected() {}
}
