package io.xywebsocket.spring;

import io.xywebsocket.XyPeer;
import io.xywebsocket.client.XyClient;

/**
 * A client is connected. Published for each of its connections, before anything from the server is handled. Immutable.
 *
 * @param name   the client's name in {@code xy.websocket.clients}; empty for the one of {@code xy.websocket.client}
 * @param client the client
 * @param server the other end of this connection
 * @since 0.1
 */
public record XyClientConnectedEvent(String name, XyClient client, XyPeer server) {}
