package io.xywebsocket.spring;

import io.xywebsocket.client.XyClient;
import java.time.Duration;

/**
 * A client could not connect, or its connection ended, and it will try again. Immutable.
 *
 * @param name        the client's name in {@code xy.websocket.clients}; empty for the one of {@code xy.websocket.client}
 * @param client      the client
 * @param failedTries how many tries in a row have failed; 0 if a connection ended
 * @param delay       how long until the next
 * @param cause       what went wrong; a {@link java.net.http.WebSocketHandshakeException} has the server's answer
 * @since 0.1
 */
public record XyClientRetryingEvent(String name, XyClient client, int failedTries, Duration delay, Throwable cause) {}
