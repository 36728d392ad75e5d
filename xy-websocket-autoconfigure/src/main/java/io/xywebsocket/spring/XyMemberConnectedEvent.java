package io.xywebsocket.spring;

import io.xywebsocket.XyMember;

/**
 * A member has connected: the listeners of {@link XyConnectedEvent} have returned. Published on a thread that runs
 * handlers; at the member's own node before any of its calls and events is handled. Immutable.
 *
 * @param member the member
 * @since 0.1
 */
public record XyMemberConnectedEvent(XyMember member) {}
