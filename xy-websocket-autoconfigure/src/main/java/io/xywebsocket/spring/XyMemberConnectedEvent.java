package io.xywebsocket.spring;

import io.xywebsocket.XyMember;

/**
 * A member has connected: the listeners of {@link XyConnectedEvent} have returned. Published before any of that member's
 * calls and events is handled, on a thread that runs handlers. Immutable.
 *
 * @param member the member
 * @since 0.1
 */
public record XyMemberConnectedEvent(XyMember member) {}
