/**
 * One side of the protocol: connections, the order in which calls and events run, their limits, and calls to peers.
 * {@link io.xywebsocket.engine.XyEndpoint}, its builder and what that shares with a client's are API; the rest is package-private.
 */
@NullMarked
package io.xywebsocket.engine;

import org.jspecify.annotations.NullMarked;
