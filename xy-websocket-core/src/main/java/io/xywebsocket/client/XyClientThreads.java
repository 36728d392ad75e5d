package io.xywebsocket.client;

import io.xywebsocket.engine.XyEndpoint;

/**
 * Threads, timers and an HTTP client for several {@link XyClient}s, see {@link XyClientBuilder#threads}. By itself a client has
 * a handful of threads; a thousand clients should share. To be closed after the clients. Thread-safe.
 *
 * @since 0.1
 */
public final class XyClientThreads implements AutoCloseable {

    /** Has no peers; it lends its threads. */
    final XyEndpoint lender = XyEndpoint.builder().build();

    final HttpSockets sockets = new HttpSockets(lender.clock(), null, null);

    private XyClientThreads() {
        sockets.prepare();
    }

    /** Threads to be shared. */
    public static XyClientThreads create() {
        return new XyClientThreads();
    }

    /** Ends the threads. */
    @Override
    public void close() {
        sockets.close();
        lender.close();
    }
}
