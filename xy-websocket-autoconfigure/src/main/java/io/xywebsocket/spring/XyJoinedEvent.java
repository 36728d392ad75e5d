package io.xywebsocket.spring;

import io.xywebsocket.XyMember;

/**
 * A member has joined a group. Published on the thread that let it join, or on one that publishes another event of the
 * same member at that moment; for a member of another node on a thread that runs handlers. Immutable.
 *
 * @param member the member
 * @param group  the group's name
 * @since 0.1
 */
public record XyJoinedEvent(XyMember member, String group) {}
