package io.xywebsocket.test;

import io.xywebsocket.XyCaller;
import io.xywebsocket.XyType;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A peer that waits for another time. */
record PatientCaller(XyTestPeer peer, Duration patience) implements XyCaller {

    @Override
    public <T> CompletableFuture<T> call(String function, @Nullable Object payload, XyType<T> type) {
        return peer.call(function, payload, type, patience);
    }

    @Override
    public <T> T await(String function, @Nullable Object payload, XyType<T> type) {
        return peer.await(function, payload, type, patience);
    }

    @Override
    public boolean send(String event, @Nullable Object payload) {
        return peer.send(event, payload);
    }

    @Override
    public XyCaller withTimeout(Duration timeout) {
        return new PatientCaller(peer, timeout);
    }
}
