package io.xywebsocket.spring.server;

import io.xywebsocket.engine.XyEndpoint;
import org.springframework.context.Phased;
import org.springframework.context.SmartLifecycle;

/**
 * Lets an endpoint join its cluster before the web server accepts connections, when all listeners are there. Lets it
 * leave once its peers have gone and the web server has finished its requests, and before the bus is stopped.
 *
 * @since 0.1
 */
public final class XyClusterLifecycle implements SmartLifecycle {

    private final XyEndpoint endpoint;
    private final int phase;
    private volatile boolean running;

    /** @param bus started before this and stopped after it if it is a {@link Phased}; otherwise phase 1 is assumed */
    public XyClusterLifecycle(XyEndpoint endpoint, Object bus) {
        this.endpoint = endpoint;
        this.phase = Math.min(bus instanceof Phased phased ? phased.getPhase() : 1, Integer.MAX_VALUE - 1) + 1;
    }

    @Override
    public void start() {
        endpoint.joinCluster();
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        endpoint.leaveCluster();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return phase;
    }
}
