package io.xywebsocket;

import java.util.concurrent.CompletableFuture;

/**
 * Puts members into groups. A group exists while it has members, and needs no registration. Who may join is decided by
 * the application. Membership ends with the connection: a client that reconnects is a new peer in no group.
 * Thread-safe.
 *
 * <pre>{@code
 * @XyRpc("depot.watch")
 * void watch(String depot, XyPeer peer) {
 *     groups.join(peer, "depot:" + depot);
 * }
 *
 * broadcaster.toGroup("depot:north").send("parcel", parcel);
 * }</pre>
 *
 * @since 0.1
 */
public interface XyGroups {

    /**
     * Puts a peer of this node into a group. In force when this returns, also in a listener of "connected"; events reach
     * the peer from the return of that listener on.
     *
     * @param group a name of 1 to 200 characters
     * @return false if the peer was in the group, or has disconnected
     * @throws XyException with status 400 if the name has no or more than 200 characters, 429 if the peer is in as many
     *     groups as it may be
     * @throws IllegalArgumentException if the peer is not one of this endpoint
     */
    boolean join(XyPeer peer, String group);

    /**
     * Takes a peer of this node out of a group. In force when this returns: no event that any thread sends to the group
     * from then on reaches the peer. What was queued before is still written.
     *
     * @return false if the peer was not in the group
     * @throws XyException with status 400 as for {@link #join(XyPeer, String)}
     * @throws IllegalArgumentException likewise
     */
    boolean leave(XyPeer peer, String group);

    /**
     * Puts a member of any node into a group.
     *
     * @param memberId the member's {@link XyMember#id() id}
     * @return whether it joined, as for {@link #join(XyPeer, String)}; fails with {@link XyNotConnectedException} if there
     *     is no such member, and with what that method throws
     */
    CompletableFuture<Boolean> join(String memberId, String group);

    /** Takes a member of any node out of a group, see {@link #join(String, String)}. */
    CompletableFuture<Boolean> leave(String memberId, String group);
}
