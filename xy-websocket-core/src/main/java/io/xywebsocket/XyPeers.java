package io.xywebsocket;

import java.security.Principal;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The connected peers: a live, thread-safe view. Iteration is weakly consistent and never fails. A peer is among them from its connection on,
 * before {@link XyPeerListener#connected} has let it in, so that whoever closes the peers of a user misses none; {@link XyBroadcaster} leaves it out
 * until then.
 */
public interface XyPeers extends Iterable<XyPeer> {

    /** How many peers are connected. */
    int size();

    /** The connected peer with this {@link XyPeer#id() id}. */
    Optional<XyPeer> find(String id);

    /**
     * The connected peers of one user at this moment, as a list that doesn't change: {@code ofUser("ada").forEach(XyPeer::close)}.
     * Looks at every peer.
     *
     * @param name the {@link java.security.Principal#getName name} of who has logged in
     */
    default List<XyPeer> ofUser(String name) {
        return stream()
                .filter(peer -> {
                    Principal principal = peer.principal();
                    return principal != null && name.equals(principal.getName());
                })
                .toList();
    }

    /** The connected peers. */
    default Stream<XyPeer> stream() {
        return StreamSupport.stream(spliterator(), false);
    }
}
