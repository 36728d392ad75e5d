package io.xywebsocket;

import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.ConcurrentHashMap;

/** The connected peers of one endpoint. */
final class Peers implements XyPeers {

    private final Map<String, PeerFace> peers = new ConcurrentHashMap<>();

    void add(PeerFace peer) {
        peers.put(peer.id(), peer);
    }

    void remove(PeerFace peer) {
        peers.remove(peer.id());
    }

    @Override
    public int size() {
        return peers.size();
    }

    @Override
    public Optional<XyPeer> find(String id) {
        return Optional.ofNullable(peers.get(id));
    }

    @Override
    public Iterator<XyPeer> iterator() {
        return Collections.<XyPeer>unmodifiableCollection(peers.values()).iterator();
    }

    @Override
    public Spliterator<XyPeer> spliterator() {
        return Spliterators.spliteratorUnknownSize(
                iterator(), Spliterator.CONCURRENT | Spliterator.NONNULL | Spliterator.DISTINCT);
    }
}
