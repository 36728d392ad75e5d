package io.xywebsocket.spring;

import io.xywebsocket.XyPeer;

/**
 * A peer is connected; it can be called. Published before any of that peer's events and calls is handled. Immutable.
 *
 * @param peer the peer
 * @since 0.1
 */
public record XyConnectedEvent(XyPeer peer) {}
