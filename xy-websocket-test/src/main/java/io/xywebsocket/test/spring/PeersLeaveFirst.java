package io.xywebsocket.test.spring;

import io.xywebsocket.test.XyTestPeers;
import org.springframework.context.SmartLifecycle;

/** Disconnects the peers before anything else stops: a handler that waits for one of them must not hold up the end. */
final class PeersLeaveFirst implements SmartLifecycle {

    private final XyTestPeers peers;
    private volatile boolean running;

    PeersLeaveFirst(XyTestPeers peers) {
        this.peers = peers;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        peers.closeAll();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return DEFAULT_PHASE;
    }
}
