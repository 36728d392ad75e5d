package io.xywebsocket.engine;

import io.xywebsocket.XyException;
import io.xywebsocket.XyGroups;
import io.xywebsocket.XyNotConnectedException;
import io.xywebsocket.XyPeer;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Puts peers into groups. A class of its own, as containers that inject by type must tell it from the presence. */
final class Groups implements XyGroups {

    private final Directory directory;
    private @Nullable ClusterNode cluster;

    Groups(Directory directory) {
        this.directory = directory;
    }

    @Override
    public boolean join(XyPeer peer, String group) {
        return memberships(peer).join(group, directory.maxGroupsPerPeer);
    }

    @Override
    public boolean leave(XyPeer peer, String group) {
        GroupName.check(group);
        return memberships(peer).leave(group);
    }

    private Membership memberships(XyPeer peer) {
        if (peer instanceof ConnectionPeer view && view.connection.membership.isOf(directory)) {
            return view.connection.membership;
        }
        throw new IllegalArgumentException(peer + " is not a peer of this endpoint");
    }

    /** Members of other nodes may join and leave too. */
    void joins(ClusterNode node) {
        cluster = node;
    }

    @Override
    public CompletableFuture<Boolean> join(String memberId, String group) {
        return change("join", memberId, group);
    }

    @Override
    public CompletableFuture<Boolean> leave(String memberId, String group) {
        return change("leave", memberId, group);
    }

    private CompletableFuture<Boolean> change(String change, String memberId, String group) {
        ConnectionPeer peer = directory.peers.get(memberId);
        try {
            if (peer != null) {
                boolean changed = change.equals("join") ? join(peer, group) : leave(peer, group);
                return CompletableFuture.completedFuture(changed);
            }
            GroupName.check(group);
            return cluster == null
                    ? CompletableFuture.failedFuture(noMember(memberId))
                    : cluster.changeGroup(change, memberId, group);
        } catch (XyException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    static XyNotConnectedException noMember(String memberId) {
        return new XyNotConnectedException("There is no member '" + Names.beginning(memberId) + "'");
    }
}
