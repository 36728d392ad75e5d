package io.xywebsocket.spring.server;

import io.xywebsocket.engine.XyEndpoint;
import io.xywebsocket.untrusted.LogText;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Takes an endpoint down with the application, before the web server goes: no new connections, calls in flight finish,
 * peers are told by 1001, and when to come back. The web server's context has said before that it refuses traffic.
 *
 * @since 0.1
 */
public final class XyEndpointLifecycle implements SmartLifecycle {

    /** The web server's graceful shutdown is in {@code DEFAULT_PHASE - 1024}; what has a higher phase is stopped first. */
    private static final int PHASE = DEFAULT_PHASE - 512;

    private static final Logger log = LoggerFactory.getLogger(XyEndpointLifecycle.class);

    private final XyEndpoint endpoint;
    private final Duration grace;
    private final Duration returnWindow;
    private volatile boolean running;

    /**
     * @param grace        how long calls in flight may take to finish
     * @param returnWindow over how long a time the peers are asked to come back, a minute at most; zero for not asking
     */
    public XyEndpointLifecycle(XyEndpoint endpoint, Duration grace, Duration returnWindow) {
        this.endpoint = endpoint;
        this.grace = grace;
        this.returnWindow = returnWindow;
    }

    @Override
    public void start() {
        endpoint.reopen();
        running = true;
    }

    @Override
    public void stop() {
        stop(() -> {});
    }

    @Override
    public void stop(Runnable callback) {
        running = false;
        int peers = endpoint.peers().size();
        if (peers > 0) {
            LogText.quietly(() -> log.info("Shutting down with {} peers connected", peers));
        }
        endpoint.shutdown(grace, returnWindow).thenRun(callback);
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
