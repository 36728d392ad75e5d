/**
 * The public API: awaitable calls and events in both directions over one WebSocket.
 *
 * <p>The two ends of a connection are equal. {@link io.xywebsocket.engine.XyEndpoint} is one side with everything it
 * offers; each live connection of it is an {@link io.xywebsocket.XyPeer}.
 */
@NullMarked
package io.xywebsocket;

import org.jspecify.annotations.NullMarked;
