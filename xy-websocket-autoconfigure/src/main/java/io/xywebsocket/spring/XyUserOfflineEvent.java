package io.xywebsocket.spring;

/**
 * The last member of a user has gone, and none has come back within {@code xy.websocket.presence.linger}. Published on a
 * thread that runs handlers. Immutable.
 *
 * @param user the user's name, see {@link io.xywebsocket.XyMember#user}
 * @since 0.1
 */
public record XyUserOfflineEvent(String user) {}
