package io.xywebsocket.spring;

import io.xywebsocket.XyNotConnectedException;
import io.xywebsocket.client.XyClient;

/**
 * As many tries to connect as {@code max-tries} allows have failed in a row: the client has closed itself for good. Immutable.
 *
 * @param name   the client's name in {@code xy.websocket.clients}; empty for the one of {@code xy.websocket.client}
 * @param client the client
 * @param cause  says after how many tries; its own cause is what went wrong at the last one
 * @since 0.1
 */
public record XyClientGaveUpEvent(String name, XyClient client, XyNotConnectedException cause) {}
