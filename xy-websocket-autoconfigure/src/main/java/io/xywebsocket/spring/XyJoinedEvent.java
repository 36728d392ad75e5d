package io.xywebsocket.spring;

import io.xywebsocket.XyMember;

/**
 * A member has joined a group. Published on the thread that let it join. Immutable.
 *
 * @param member the member
 * @param group  the group's name
 * @since 0.1
 */
public record XyJoinedEvent(XyMember member, String group) {}
