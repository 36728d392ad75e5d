package io.xywebsocket.spring;

import io.xywebsocket.XyPeer;
import io.xywebsocket.client.XyClient;

/**
 * A client's connection is over: its pending calls have failed. Published after the last of the server's events; unless the
 * client has been closed it will connect again, at once or later, see {@link io.xywebsocket.client.XyClientBuilder#reconnect}. Immutable.
 *
 * @param name   the client's name in {@code xy.websocket.clients}; empty for the one of {@code xy.websocket.client}
 * @param client the client
 * @param server the other end of that connection
 * @param code   the close code, RFC 6455 §7.4; 1006 if the connection ended without one
 * @param reason why; may be empty
 * @since 0.1
 */
public record XyClientDisconnectedEvent(String name, XyClient client, XyPeer server, int code, String reason) {}
