package io.xywebsocket.spring.handlers;

import io.xywebsocket.XyHandshake;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyRegistration;
import io.xywebsocket.XyType;
import java.net.URI;
import java.security.Principal;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A peer that is there but can't be called. */
public final class FakePeer implements XyPeer {

    /** What {@link #isOpen} says. */
    public boolean open = true;

    /** With what {@link #close} was called last; null if it wasn't. */
    public @Nullable String closed;

    private final XyHandshake handshake;
    private final Map<String, Object> attributes = new ConcurrentHashMap<>();

    public FakePeer(@Nullable Principal principal) {
        this.handshake = XyHandshake.builder(URI.create("/ws?room=7"))
                .header("X-Tenant", "north")
                .principal(principal)
                .build();
    }

    @Override
    public String id() {
        return "peer-1";
    }

    @Override
    public String node() {
        return "node-1";
    }

    @Override
    public Set<String> groups() {
        return Set.of();
    }

    @Override
    public Instant since() {
        return Instant.EPOCH;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close(int code, String reason) {
        closed = code + " " + reason;
    }

    @Override
    public Map<String, Object> attributes() {
        return attributes;
    }

    /** It never ends. */
    @Override
    public XyRegistration onEnd(Runnable action) {
        return () -> {};
    }

    @Override
    public XyHandshake handshake() {
        return handshake;
    }

    @Override
    public XyPeer withTimeout(Duration timeout) {
        return this;
    }

    @Override
    public <T> CompletableFuture<T> call(String function, @Nullable Object payload, XyType<T> type) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T> T await(String function, @Nullable Object payload, XyType<T> type) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean send(String event, @Nullable Object payload) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T> T proxy(Class<T> contract) {
        throw new UnsupportedOperationException();
    }
}
