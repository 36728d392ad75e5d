package io.xywebsocket;

import java.security.Principal;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The connected peers: a live, thread-safe view with weakly consistent iteration. It includes peers that {@link
 * XyConnectionListener#connected} has not admitted yet, so that closing all peers of a user misses none; {@link
 * XyBroadcaster} leaves those out.
 *
 * @since 0.1
 */
public interface XyPeers extends Iterable<XyPeer> {

    /** Returns the number of connected peers. */
    int size();

    /** Finds a connected peer by its {@link XyPeer#id() id}. */
    Optional<XyPeer> find(String id);

    /**
     * Returns the connected peers of one user as an unmodifiable list: {@code ofUser("ada").forEach(XyPeer::close)}.
     *
     * @param name the user's {@link java.security.Principal#getName name}
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
