package io.xywebsocket.engine;

import io.xywebsocket.XyClock;
import io.xywebsocket.XyConnectionListener;
import io.xywebsocket.XyLimits;
import io.xywebsocket.XyRateLimit;
import io.xywebsocket.XySlowPeerPolicy;
import io.xywebsocket.XyTimeouts;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the connections of one endpoint share. Immutable, with thread-safe components.
 *
 * @param listener     notified of connecting and disconnecting peers
 * @param holdsPeers   whether calls and events of a peer wait until the listener has returned
 * @param interceptors null for none
 * @param rateLimit    null for none
 * @param idleTimeout  null for none
 * @param shuttingDown whether new calls are rejected with 503
 */
record EngineContext(
        XyLimits limits,
        XyTimeouts timeouts,
        XySlowPeerPolicy slowPeers,
        XyClock clock,
        Codec codec,
        Answers answers,
        Counters counters,
        Tasks tasks,
        DrainWatch watch,
        HandlerTable handlers,
        SlowFunctions slowFunctions,
        @Nullable Interceptors interceptors,
        XyConnectionListener listener,
        boolean holdsPeers,
        ConnectFailures connectFailures,
        ReceivedBytes receivedBytes,
        OrphanedBytes orphanedBytes,
        @Nullable XyRateLimit rateLimit,
        @Nullable Duration idleTimeout,
        BooleanSupplier shuttingDown) {

    boolean isShuttingDown() {
        return shuttingDown.getAsBoolean();
    }
}
