/** WebSocket, RFC 6455 and RFC 7692, over the bytes of a connection: the same for every container. */
@NullMarked
package io.xywebsocket.websocket;

import org.jspecify.annotations.NullMarked;
