/** The client: an endpoint that opens its own connection, on the JDK's WebSocket, and keeps it. */
@NullMarked
package io.xywebsocket.client;

import org.jspecify.annotations.NullMarked;
