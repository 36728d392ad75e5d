package io.xywebsocket;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Directory of the connected members, their users and their groups. Every method reads the directory of this node, so none waits
 * or fails. In a cluster it has the members of all nodes: this node's exactly, others as of the last message of their node.
 * Thread-safe.
 *
 * <pre>{@code
 * presence.ofUser("ada").forEach(member -> member.close(4401, "disabled"));
 * }</pre>
 *
 * @since 0.1
 */
public interface XyPresence {

    /** Returns all members as an unmodifiable list, which does not change. */
    List<XyMember> members();

    /** Returns the number of members. */
    int size();

    /** Finds a member by its {@link XyMember#id() id}. */
    Optional<XyMember> find(String id);

    /** Returns the members whose user has this name, as an unmodifiable list. */
    List<XyMember> ofUser(String user);

    /** Returns the members of a group, as an unmodifiable list. */
    List<XyMember> inGroup(String group);

    /** Returns the names of users that are connected, as an unmodifiable set. */
    Set<String> users();

    /** Returns the names of groups that have members, as an unmodifiable set. */
    Set<String> groups();

    /**
     * Returns whether a user is connected, or was within the linger time, see {@link XyPresenceListener#userOffline}.
     */
    boolean isOnline(String user);
}
