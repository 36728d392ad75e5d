/** WebSocket in bytes: frames (RFC 6455), compression (RFC 7692), and what of the handshake belongs to them. */
@NullMarked
package io.xywebsocket.websocket;

import org.jspecify.annotations.NullMarked;
