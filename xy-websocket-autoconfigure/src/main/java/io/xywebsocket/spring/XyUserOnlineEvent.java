package io.xywebsocket.spring;

/**
 * A user has a first member. Published on a thread that runs handlers. Immutable.
 *
 * <pre>{@code
 * @EventListener
 * void tellPages(XyUserOnlineEvent event) {
 *     broadcaster.here().send("online", event.user());
 * }
 * }</pre>
 *
 * @param user the user's name, see {@link io.xywebsocket.XyMember#user}
 * @since 0.1
 */
public record XyUserOnlineEvent(String user) {}
