package io.xywebsocket;

import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The connected peers: a live, thread-safe view. Iteration is weakly consistent and never fails. */
public interface XyPeers extends Iterable<XyPeer> {

    /** How many peers are connected. */
    int size();

    /** The connected peer with this {@link XyPeer#id() id}. */
    Optional<XyPeer> find(String id);

    /** The connected peers. */
    default Stream<XyPeer> stream() {
        return StreamSupport.stream(spliterator(), false);
    }
}
