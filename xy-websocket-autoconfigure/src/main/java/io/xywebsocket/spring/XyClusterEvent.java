package io.xywebsocket.spring;

import org.jspecify.annotations.Nullable;

/**
 * Something has happened to the nodes of the cluster. Published on threads that run handlers, one event after the other: a
 * listener that blocks delays the next ones. Immutable.
 *
 * @param kind   what has happened
 * @param node   the other node's id, see {@link io.xywebsocket.XyMember#node}; null if it concerns this one
 * @param events how many events were lost, for {@link Kind#GAP}; otherwise 0
 * @since 0.1
 */
public record XyClusterEvent(Kind kind, @Nullable String node, long events) {

    /** Kinds of events of a cluster. */
    public enum Kind {
        /**
         * A node is there, for the first time or again, and its members are listed. There is no event for those who were
         * there before this node: {@link io.xywebsocket.XyPresence} has them.
         */
        JOINED,
        /** A node has been silent for {@code xy.websocket.cluster.node-timeout}. Its members are gone. */
        LOST,
        /** A node has stopped. Its members are gone. */
        LEFT,
        /** Events that a node has sent are lost, and reach no peer of this node: let its pages load their state again. */
        GAP,
        /**
         * This node hasn't heard its own heartbeats for {@code xy.websocket.cluster.echo-timeout}: calls to members of
         * other nodes fail.
         */
        CUT_OFF,
        /** This node hears its own heartbeats, for the first time or again. */
        CONNECTED
    }
}
