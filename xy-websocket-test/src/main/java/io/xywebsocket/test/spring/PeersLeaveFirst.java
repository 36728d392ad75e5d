package io.xywebsocket.test.spring;

import org.springframework.context.SmartLifecycle;

/** Disconnects the peers before anything else stops: a handler that waits for one of them must not hold up the end. */
final class PeersLeaveFirst implements SmartLifecycle {

    private final Runnable leave;
    private volatile boolean running;

    PeersLeaveFirst(Runnable leave) {
        this.leave = leave;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        leave.run();
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
