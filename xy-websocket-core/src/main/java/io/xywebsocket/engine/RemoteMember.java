package io.xywebsocket.engine;

import io.xywebsocket.XyInternals;
import io.xywebsocket.XyLimits;
import io.xywebsocket.XyMember;
import io.xywebsocket.XyType;
import io.xywebsocket.transport.CloseCodes;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A member that is connected to another node. Its user and groups are those of the last message from there, also if its
 * node was lost and has come back meanwhile.
 */
final class RemoteMember implements XyMember {

    final RemoteNode node;
    final long since;

    /** Replaced as a whole, on the cluster's thread. */
    volatile Set<String> groups;

    volatile @Nullable String user;

    private final RemoteMembers members;
    private final String id;

    RemoteMember(
            RemoteMembers members, RemoteNode node, String id, @Nullable String user, Set<String> groups, long since) {
        this.members = members;
        this.node = node;
        this.id = id;
        this.user = user;
        this.groups = groups;
        this.since = since;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public @Nullable String user() {
        return members.current(this).user;
    }

    @Override
    public String node() {
        return node.id;
    }

    @Override
    public Set<String> groups() {
        return members.current(this).groups;
    }

    @Override
    public Instant since() {
        return Instant.ofEpochMilli(since);
    }

    @Override
    public <T> CompletableFuture<T> call(String function, @Nullable Object payload, XyType<T> type) {
        return call(function, payload, type, members.defaultTimeout());
    }

    @Override
    public <T> T await(String function, @Nullable Object payload, XyType<T> type) {
        return await(function, payload, type, members.defaultTimeout());
    }

    <T> CompletableFuture<T> call(String function, @Nullable Object payload, XyType<T> type, Duration timeout) {
        XyLimits.checkedName(function);
        return members.callsTo(this).callMember(id, function, payload, type, timeout);
    }

    <T> T await(String function, @Nullable Object payload, XyType<T> type, Duration timeout) {
        XyLimits.checkedName(function);
        return members.valueOf(function, id, members.callsTo(this).awaitMember(id, function, payload, timeout), type);
    }

    @Override
    public boolean send(String event, @Nullable Object payload) {
        XyLimits.checkedName(event);
        return members.send(this, event, payload, null);
    }

    @Override
    public boolean sendLatest(String event, String key, @Nullable Object payload) {
        XyLimits.checkedName(event);
        return members.send(this, event, payload, key);
    }

    @Override
    public void close(int code, String reason) {
        members.close(this, CloseCodes.sendable(code), reason);
    }

    @Override
    public XyMember withTimeout(Duration timeout) {
        return new WithTimeout(this, XyInternals.positive("timeout", timeout));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof XyMember member && member.id().equals(id);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    @Override
    public String toString() {
        return "XyMember[" + id + " at node " + node.id + "]";
    }

    /** The same member with another timeout; most members never have one. */
    private record WithTimeout(RemoteMember member, Duration timeout) implements XyMember {

        @Override
        public <T> CompletableFuture<T> call(String function, @Nullable Object payload, XyType<T> type) {
            return member.call(function, payload, type, timeout);
        }

        @Override
        public <T> T await(String function, @Nullable Object payload, XyType<T> type) {
            return member.await(function, payload, type, timeout);
        }

        @Override
        public boolean send(String event, @Nullable Object payload) {
            return member.send(event, payload);
        }

        @Override
        public boolean sendLatest(String event, String key, @Nullable Object payload) {
            return member.sendLatest(event, key, payload);
        }

        @Override
        public String id() {
            return member.id;
        }

        @Override
        public @Nullable String user() {
            return member.user();
        }

        @Override
        public String node() {
            return member.node.id;
        }

        @Override
        public Set<String> groups() {
            return member.groups();
        }

        @Override
        public Instant since() {
            return member.since();
        }

        @Override
        public void close(int code, String reason) {
            member.close(code, reason);
        }

        @Override
        public XyMember withTimeout(Duration other) {
            return member.withTimeout(other);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return member.equals(other);
        }

        @Override
        public int hashCode() {
            return member.hashCode();
        }

        @Override
        public String toString() {
            return member.toString();
        }
    }
}
