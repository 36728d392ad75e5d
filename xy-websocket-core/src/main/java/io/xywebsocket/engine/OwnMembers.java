package io.xywebsocket.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.xywebsocket.cluster.Cluster;
import io.xywebsocket.cluster.Message;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells other nodes of the members of this one: each change, and all of them on request. A request is answered between
 * two changes, so that the later ones apply to what it gives. Thread-safe.
 */
final class OwnMembers {

    private static final class Told {
        final long since;

        @Nullable
        String user;

        final Set<String> groups;

        Told(long since, @Nullable String user, Set<String> groups) {
            this.since = since;
            this.user = user;
            this.groups = new HashSet<>(groups);
        }
    }

    private final Cluster cluster;

    /** What other nodes have been told. */
    @GuardedBy("this")
    private final Map<String, Told> members = new LinkedHashMap<>();

    @GuardedBy("this")
    private long version;

    OwnMembers(Cluster cluster) {
        this.cluster = cluster;
    }

    synchronized void connected(String id, @Nullable String user, Set<String> groups, long since) {
        members.put(id, new Told(since, user, groups));
        tell(ClusterLines.member("up", id, user, groups, since));
    }

    synchronized void gone(String id, int code) {
        if (members.remove(id) != null) {
            tell(ClusterLines.gone(id, code));
        }
    }

    synchronized void joined(String id, String group) {
        Told member = members.get(id);
        if (member != null && member.groups.add(group)) {
            tell(ClusterLines.group("jn", id, group));
        }
    }

    synchronized void left(String id, String group) {
        Told member = members.get(id);
        if (member != null && member.groups.remove(group)) {
            tell(ClusterLines.group("lv", id, group));
        }
    }

    synchronized void identified(String id, @Nullable String user) {
        Told member = members.get(id);
        if (member != null) {
            member.user = user;
            tell(ClusterLines.user(id, user));
        }
    }

    @GuardedBy("this")
    private void tell(Message change) {
        version++;
        var unused = cluster.send(null, change);
    }

    /**
     * Sends all members to a node.
     *
     * @param lingering the users without members who count as online, and how long they will
     */
    synchronized void sendAllTo(String node, Supplier<Map<String, Duration>> lingering) {
        var begin = ClusterLines.begin("snap");
        ClusterLines.number(begin, "v", version);
        ClusterLines.number(begin, "size", members.size());
        var unused = cluster.send(node, ClusterLines.end(Message.Kind.VITAL, begin));
        for (Map.Entry<String, Told> each : members.entrySet()) {
            Told member = each.getValue();
            unused = cluster.send(
                    node, ClusterLines.member("is", each.getKey(), member.user, member.groups, member.since));
        }
        for (Map.Entry<String, Duration> each : lingering.get().entrySet()) {
            unused = cluster.send(node, ClusterLines.lingering(each.getKey(), each.getValue()));
        }
    }

    synchronized long version() {
        return version;
    }
}
