package io.xywebsocket.spring.server;

import java.time.Duration;

/**
 * How often one address may try to connect. Thread-safe.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface HandshakeLimit {

    /**
     * Counts a handshake, or something that is as bad.
     *
     * @param address an IP address, or what stands for a group of them
     * @return nothing if it may, else how long until it may again
     */
    Duration take(String address);
}
