package io.xywebsocket.spring;

import io.xywebsocket.XyMember;

/**
 * A member has gone, and its groups with it. Published on a thread that runs handlers; at the member's own node after its
 * calls and events. Immutable.
 *
 * @param member the member
 * @param code   the close code, RFC 6455 §7.4; 1006 if the connection ended without one, or its node has died
 * @since 0.1
 */
public record XyMemberGoneEvent(XyMember member, int code) {}
