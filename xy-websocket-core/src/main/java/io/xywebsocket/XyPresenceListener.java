package io.xywebsocket;

/**
 * Is notified of members, their groups and users. Exceptions are logged and keep no other listener from being notified.
 * Changes of one member are notified in order; a group that it joins and leaves again before a listener has returned
 * is not.
 *
 * @since 0.1
 */
public interface XyPresenceListener {

    /**
     * A member has connected: its {@link XyConnectionListener#connected} has returned. Runs on the executor; at the
     * member's own node before its first event or call.
     */
    default void memberConnected(XyMember member) {}

    /**
     * A member has gone. Its groups end with it, without {@link #left}. Runs on the executor.
     *
     * @param code the close code, RFC 6455 §7.4; 1006 if its connection ended without one, or its node has died
     */
    default void memberGone(XyMember member, int code) {}

    /**
     * A member has joined a group. For a group that it has joined while it connected, after {@link #memberConnected}.
     * Runs on the thread that let it join, or on one that notifies of the same member at that moment; for a member of
     * another node on the executor.
     */
    default void joined(XyMember member, String group) {}

    /** A member has left a group. Runs on a thread as for {@link #joined}. */
    default void left(XyMember member, String group) {}

    /** A user has a first member. Runs on the executor. */
    default void userOnline(String user) {}

    /**
     * The last member of a user has gone, and none has come back within the linger time. Otherwise neither this nor
     * {@link #userOnline} is notified. Not notified of users who linger when the endpoint closes. Runs on the executor.
     */
    default void userOffline(String user) {}
}
