/** Connections as a servlet container brings them: the handshake, the transport on Jakarta WebSocket, the life cycle. */
@NullMarked
package io.xywebsocket.spring.server;

import org.jspecify.annotations.NullMarked;
