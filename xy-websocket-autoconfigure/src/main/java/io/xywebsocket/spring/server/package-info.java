/** Connections as a servlet container brings them: the handshake, the sockets that it gives away, the life cycle. */
@NullMarked
package io.xywebsocket.spring.server;

import org.jspecify.annotations.NullMarked;
