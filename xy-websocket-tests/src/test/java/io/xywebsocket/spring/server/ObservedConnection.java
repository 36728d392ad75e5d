package io.xywebsocket.spring.server;

import io.xywebsocket.XyEndpoint;
import io.xywebsocket.XyHandshake;
import io.xywebsocket.transport.Transport;
import jakarta.websocket.Endpoint;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/** A connection of the starter's with the test in the engine's place. */
public final class ObservedConnection {

    private ObservedConnection() {}

    public static Endpoint of(XyEndpoint endpoint, Function<Transport, Transport.Receiver> engine) {
        XyHandshake handshake = new XyHandshake(URI.create("ws://localhost"), Map.of(), null);
        return new JakartaConnection(endpoint, handshake, Map.of(), new Semaphore(1), new Seat(() -> {}, () -> {})) {
            @Override
            Transport.Receiver engine(Transport opening) {
                return engine.apply(opening);
            }
        };
    }
}
