package io.xywebsocket;

import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The connected peers of one endpoint, and the way to all of them. */
final class Peers implements XyPeers, XyBroadcaster {

    private final XyEndpoint endpoint;
    private final Map<String, PeerFace> peers = new ConcurrentHashMap<>();

    Peers(XyEndpoint endpoint) {
        this.endpoint = endpoint;
    }

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

    @Override
    public int broadcast(String event, @Nullable Object payload, Predicate<? super XyPeer> to) {
        EncodedFrame frame = EncodedFrame.of(endpoint.encoder.event(event, endpoint.encode(payload)));
        int queued = 0;
        for (PeerFace peer : peers.values()) {
            if (to.test(peer) && peer.connection.send(frame)) {
                queued++;
            }
        }
        return queued;
    }
}
