package io.xywebsocket.engine;

import io.xywebsocket.XyPeer;
import io.xywebsocket.XyPeers;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one endpoint: connected peers, and ended connections that are not cleaned up yet. Thread-safe.
 */
final class Peers implements XyPeers {

    /** By the name that the directory knows a peer's user by. */
    final MemberIndex<ConnectionPeer> users = new MemberIndex<>();

    private final Map<String, ConnectionPeer> peers = new ConcurrentHashMap<>();
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();

    void add(Connection connection) {
        peers.put(connection.id, connection.peer);
        connections.add(connection);
    }

    /** Removes it from the peers. */
    void ended(Connection connection) {
        peers.remove(connection.id);
    }

    /** Forgets a connection whose transport has closed and whose listeners have been notified. */
    void forget(Connection connection) {
        connections.remove(connection);
    }

    /** Returns a live view of the connected peers. */
    Collection<ConnectionPeer> all() {
        return peers.values();
    }

    /** Returns all connections, including those that are ending. */
    Collection<Connection> connections() {
        return connections;
    }

    @Override
    public int size() {
        return peers.size();
    }

    /** Returns a connected peer; null if there is none. */
    @Nullable
    ConnectionPeer get(String id) {
        return peers.get(id);
    }

    @Override
    public Optional<XyPeer> find(String id) {
        return Optional.ofNullable(peers.get(id));
    }

    @Override
    public List<XyPeer> ofUser(String name) {
        return List.copyOf(users.of(name));
    }

    @Override
    public Iterator<XyPeer> iterator() {
        return Collections.<XyPeer>unmodifiableCollection(all()).iterator();
    }

    @Override
    public Spliterator<XyPeer> spliterator() {
        return Spliterators.spliteratorUnknownSize(
                iterator(), Spliterator.CONCURRENT | Spliterator.NONNULL | Spliterator.DISTINCT);
    }
}
