package io.xywebsocket.spring;

import io.xywebsocket.XyMember;

/**
 * A member has left a group, as it was taken out of it. The end of a connection ends its groups without this event, see
 * {@link XyMemberGoneEvent}. Published on the thread that took it out, or on one that publishes another event of the same
 * member at that moment; for a member of another node on a thread that runs handlers. Immutable.
 *
 * @param member the member
 * @param group  the group's name
 * @since 0.1
 */
public record XyLeftEvent(XyMember member, String group) {}
