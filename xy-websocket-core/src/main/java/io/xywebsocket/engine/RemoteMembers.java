package io.xywebsocket.engine;

import io.xywebsocket.XyPayload;
import io.xywebsocket.XyType;
import io.xywebsocket.cluster.Cluster;
import io.xywebsocket.cluster.MessageLine;
import io.xywebsocket.protocol.MalformedFrameException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The members of other nodes. Changed on the cluster's thread only, read on any. */
final class RemoteMembers {

    private static final int NO_CLOSE_FRAME = 1006;

    private static final int MAX_SHARED_NAMES = 1000;

    final MemberIndex<RemoteMember> groups = new MemberIndex<>();
    final MemberIndex<RemoteMember> users = new MemberIndex<>();

    /** Recently used names of groups, so that members share one string; confined to the cluster's thread. */
    private final Map<String, String> groupNames = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > MAX_SHARED_NAMES;
        }
    };

    private final Map<String, RemoteMember> members = new ConcurrentHashMap<>();
    private final EngineContext context;
    private final Cluster cluster;
    private final PresenceNotices notices;

    /** The notices of members; those of users are in {@link #notices}. */
    private final RemoteNotices memberNotices;

    /** The calls to members that have gone, each of which fails at once. */
    private final OutgoingCalls callsToNoMember;

    private final Predicate<String> isHere;

    /** @param isHere whether a member with an id is connected to this node */
    RemoteMembers(EngineContext context, Cluster cluster, PresenceNotices notices, Predicate<String> isHere) {
        this.isHere = isHere;
        this.context = context;
        this.cluster = cluster;
        this.notices = notices;
        this.memberNotices = new RemoteNotices(notices, context.tasks());
        this.callsToNoMember = new OutgoingCalls("", context, count -> {}, 0, new RemoteWire(cluster, ""));
        callsToNoMember.disconnected();
    }

    // ---- read

    Collection<RemoteMember> all() {
        return members.values();
    }

    @Nullable
    RemoteMember find(String id) {
        return members.get(id);
    }

    int size() {
        return members.size();
    }

    // ---- what members do

    Duration defaultTimeout() {
        return context.timeouts().call();
    }

    @SuppressWarnings("NullAway") // null if the answer is null, as with Map.get
    <T> T valueOf(String function, String id, PendingCall.Outcome outcome, XyType<T> type) {
        return context.answers().valueOf(function, id, outcome, type);
    }

    /** Returns whether the event is on its way, as far as is known. */
    boolean send(RemoteMember member, String event, @Nullable Object payload, @Nullable String key) {
        XyPayload encoded = context.codec().payload(payload);
        return members.containsKey(member.id())
                && cluster.send(member.node.id, ClusterLines.eventToMember(member.id(), event, key, encoded));
    }

    /** Returns the member as it is known now, or was last. */
    RemoteMember current(RemoteMember member) {
        RemoteMember known = members.get(member.id());
        return known == null ? member : known;
    }

    /** Returns the calls to a member as it is known now; its node may have been lost and come back meanwhile. */
    OutgoingCalls callsTo(RemoteMember member) {
        RemoteMember known = members.get(member.id());
        return known == null ? callsToNoMember : known.node.calls;
    }

    /** Closes a member; asked for again until it has gone. */
    void close(RemoteMember former, int code, String reason) {
        RemoteMember member = members.get(former.id());
        if (member != null) {
            member.node.closes.putIfAbsent(member.id(), new RemoteNode.PendingClose(code, reason));
            var unused = cluster.send(member.node.id, ClusterLines.close(member.id(), code, reason));
        }
    }

    void repeatCloses(RemoteNode node) {
        node.closes.keySet().removeIf(id -> !members.containsKey(id));
        node.closes.forEach((id, close) -> {
            var unused = cluster.send(node.id, ClusterLines.close(id, close.code(), close.reason()));
        });
    }

    // ---- on the cluster's thread

    /** Reads a member from a message. */
    RemoteMember read(RemoteNode node, MessageLine line) throws MalformedFrameException {
        Set<String> names = line.names("g").stream().map(this::shared).collect(Collectors.toUnmodifiableSet());
        return new RemoteMember(this, node, line.name("m"), line.nameOrNull("u"), names, line.number("t"));
    }

    /** Returns an equal name that other members have already, if there is one. */
    private String shared(String group) {
        String known = groupNames.putIfAbsent(group, group);
        return known == null ? group : known;
    }

    /** @param silently whether it was there before this node */
    void add(RemoteMember member, boolean silently) {
        RemoteMember known = members.get(member.id());
        if (isHere.test(member.id()) || (known != null && known.node != member.node)) {
            return; // ids are unique, so this one isn't what it says
        }
        if (known != null) {
            update(known, member);
            return;
        }
        members.put(member.id(), member);
        member.groups.forEach(group -> groups.add(group, member));
        String user = member.user;
        if (user != null) {
            users.add(user, member);
        }
        if (silently) {
            if (user != null) {
                notices.userWasThere(user);
            }
            return;
        }
        if (user != null) {
            notices.userConnected(user);
            notices.notifyOfUsers();
        }
        Set<String> joined = member.groups;
        memberNotices.note(member, changes -> {
            changes.connected();
            joined.forEach(changes::joined);
        });
    }

    private void unindex(RemoteMember member) {
        member.groups.forEach(group -> groups.remove(group, member));
        member.groups = Set.of();
        String user = member.user;
        if (user != null) {
            users.remove(user, member);
            notices.userGone(user, Duration.ofMillis(member.node.returnMillis));
            notices.notifyOfUsers();
        }
    }

    void remove(RemoteMember member, int code) {
        if (members.remove(member.id(), member)) {
            member.node.closes.remove(member.id());
            unindex(member);
            memberNotices.note(member, changes -> changes.gone(code));
        }
    }

    void join(RemoteMember member, String group) {
        if (member.groups.contains(group)) {
            return;
        }
        Set<String> more = new HashSet<>(member.groups);
        more.add(shared(group));
        member.groups = Set.copyOf(more);
        groups.add(group, member);
        memberNotices.note(member, changes -> changes.joined(group));
    }

    void leave(RemoteMember member, String group) {
        if (!member.groups.contains(group)) {
            return;
        }
        Set<String> fewer = new HashSet<>(member.groups);
        fewer.remove(group);
        member.groups = Set.copyOf(fewer);
        groups.remove(group, member);
        memberNotices.note(member, changes -> changes.left(group));
    }

    void identify(RemoteMember member, @Nullable String user) {
        String former = member.user;
        if (Objects.equals(former, user)) {
            return;
        }
        member.user = user;
        if (user != null) {
            users.add(user, member);
            notices.userConnected(user);
        }
        if (former != null) {
            users.remove(former, member);
            notices.userGone(former, Duration.ZERO);
        }
        notices.notifyOfUsers();
    }

    /** A node has ended: so have its members. Returns how many. */
    int removeAll(RemoteNode node) {
        List<RemoteMember> ended = membersOf(node);
        ended.forEach(member -> remove(member, NO_CLOSE_FRAME));
        return ended.size();
    }

    private List<RemoteMember> membersOf(RemoteNode node) {
        List<RemoteMember> found = new ArrayList<>();
        for (RemoteMember member : members.values()) {
            if (member.node == node) {
                found.add(member);
            }
        }
        return found;
    }

    /** Makes the members of a node those of a list; listeners are told of the differences. */
    void replaceAll(RemoteNode node, List<RemoteMember> current, boolean silently) {
        Map<String, RemoteMember> gone = new HashMap<>();
        membersOf(node).forEach(member -> gone.put(member.id(), member));
        for (RemoteMember member : current) {
            RemoteMember known = gone.remove(member.id());
            if (known == null) {
                add(member, silently);
            } else {
                update(known, member);
            }
        }
        gone.values().forEach(member -> remove(member, NO_CLOSE_FRAME));
    }

    private void update(RemoteMember known, RemoteMember current) {
        for (String group : known.groups) {
            if (!current.groups.contains(group)) {
                leave(known, group);
            }
        }
        current.groups.forEach(group -> join(known, group));
        identify(known, current.user);
    }
}
