package io.xywebsocket.spring;

import io.xywebsocket.XyPeer;

/**
 * A peer is gone: it is no longer among the peers, and its pending calls have failed. Published after the last of that
 * peer's events. Immutable.
 *
 * @param peer   the peer
 * @param code   the close code, RFC 6455 §7.4; 1006 if the connection ended without one
 * @param reason why; this side's own reason where this side ended it; may be empty
 * @since 0.1
 */
public record XyDisconnectedEvent(XyPeer peer, int code, String reason) {}
