package io.xywebsocket.engine;

import io.xywebsocket.XyMember;
import io.xywebsocket.XyPresence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** The members by id, user and group, and what listeners are told of them. Thread-safe. */
final class Directory implements XyPresence {

    /** The id of this node, another one at each start. */
    final String node = String.format("%012x", ThreadLocalRandom.current().nextLong() >>> 16);

    final Peers peers;
    final MemberIndex<ConnectionPeer> groups = new MemberIndex<>();
    final int maxGroupsPerPeer;

    final PresenceNotices notices;

    /** What other nodes are told; null without a cluster, as the next one. Both are set before the first connection. */
    private @Nullable OwnMembers own;

    private @Nullable RemoteMembers remote;

    Directory(Peers peers, PresenceSettings settings, EngineContext context) {
        this.peers = peers;
        this.maxGroupsPerPeer = settings.maxGroupsPerPeer();
        this.notices = new PresenceNotices(settings, context.clock(), context.tasks(), this::hasPeers);
    }

    /** Adds the members of other nodes. */
    void joins(OwnMembers told, RemoteMembers others) {
        own = told;
        remote = others;
    }

    @Override
    public List<XyMember> members() {
        if (remote == null) {
            return List.copyOf(peers.all());
        }
        List<XyMember> all = new ArrayList<>(peers.all());
        all.addAll(remote.all());
        return Collections.unmodifiableList(all);
    }

    @Override
    public int size() {
        return peers.size() + (remote == null ? 0 : remote.size());
    }

    @Override
    public Optional<XyMember> find(String id) {
        XyMember here = peers.get(id);
        return Optional.ofNullable(here != null || remote == null ? here : remote.find(id));
    }

    @Override
    public List<XyMember> ofUser(String user) {
        return list(peersOfUser(user), remote == null ? Set.of() : remote.users.of(user));
    }

    @Override
    public List<XyMember> inGroup(String group) {
        return list(groups.of(group), remote == null ? Set.of() : remote.groups.of(group));
    }

    private static List<XyMember> list(Set<? extends XyMember> here, Set<? extends XyMember> elsewhere) {
        Set<XyMember> all = new LinkedHashSet<>(here); // one that leaves and joins meanwhile is seen twice
        all.addAll(elsewhere);
        return List.copyOf(all);
    }

    @Override
    public Set<String> users() {
        return names(peers.users, remote == null ? null : remote.users);
    }

    @Override
    public Set<String> groups() {
        return names(groups, remote == null ? null : remote.groups);
    }

    private static Set<String> names(MemberIndex<?> here, @Nullable MemberIndex<?> elsewhere) {
        Set<String> names = new HashSet<>(here.names());
        if (elsewhere != null) {
            names.addAll(elsewhere.names());
        }
        return Collections.unmodifiableSet(names);
    }

    @Override
    public boolean isOnline(String user) {
        return notices.isOnline(user) || hasPeers(user);
    }

    private boolean hasPeers(String user) {
        return !peersOfUser(user).isEmpty();
    }

    Set<ConnectionPeer> peersOfUser(String user) {
        return peers.users.of(user);
    }

    void close() {
        notices.close();
    }

    // ---- from a membership, under its lock

    /** @param announced whether listeners and other nodes know of the peer */
    void onIdentified(ConnectionPeer peer, @Nullable String former, @Nullable String user, boolean announced) {
        if (former != null) {
            peers.users.remove(former, peer);
        }
        if (user != null) {
            peers.users.add(user, peer);
            if (announced) {
                notices.userConnected(user);
            }
        }
        if (former != null && announced) {
            notices.userGone(former, Duration.ZERO);
        }
        if (announced && own != null) {
            own.identified(peer.id(), user);
        }
    }

    void onAnnounced(ConnectionPeer peer, @Nullable String user, Set<String> groupsNow) {
        if (own != null) { // before the user's linger time ends, so that no list lacks both
            own.connected(peer.id(), user, groupsNow, peer.since().toEpochMilli());
        }
        if (user != null) {
            notices.userConnected(user);
        }
    }

    void onJoined(ConnectionPeer peer, String group, boolean announced) {
        groups.add(group, peer);
        if (announced && own != null) {
            own.joined(peer.id(), group);
        }
    }

    void onLeft(ConnectionPeer peer, String group, boolean announced) {
        groups.remove(group, peer);
        if (announced && own != null) {
            own.left(peer.id(), group);
        }
    }

    void onEnded(ConnectionPeer peer, @Nullable String user, int code, boolean announced) {
        if (user != null) {
            peers.users.remove(user, peer);
            if (announced) {
                notices.userGone(user, Duration.ZERO);
            }
        }
        if (announced && own != null) { // after the user has begun to linger, so that no list lacks both
            own.gone(peer.id(), code);
        }
    }
}
