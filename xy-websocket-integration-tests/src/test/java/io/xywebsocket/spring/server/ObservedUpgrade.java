package io.xywebsocket.spring.server;

import io.xywebsocket.XyHandshake;
import io.xywebsocket.engine.XyEndpoint;
import io.xywebsocket.transport.Transport;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.WeakHashMap;
import java.util.function.Function;

/** An upgrade to the starter's transport with the test in the engine's place. */
public final class ObservedUpgrade {

    /** As an application has them: one for all connections of an endpoint. */
    private static final Map<XyEndpoint, List<ServletContainer>> CONTAINERS =
            Collections.synchronizedMap(new WeakHashMap<>());

    private ObservedUpgrade() {}

    /** @param engine called when the connection opens */
    public static void upgrade(
            XyEndpoint endpoint,
            HttpServletRequest request,
            HttpServletResponse response,
            Function<Transport, Transport.Receiver> engine)
            throws IOException, ServletException {
        XyUpgradeStrategy.answer(response, request.getHeader("Sec-WebSocket-Key"), null, null);
        XyHandshake handshake =
                XyHandshake.builder(URI.create("ws://localhost")).build();
        UpgradedConnection connection =
                new UpgradedConnection(endpoint, handshake, Map.of(), new Permit(() -> {}, () -> {}), null) {
                    @Override
                    Transport.Receiver engine(Transport transport) {
                        return engine.apply(transport);
                    }
                };
        Objects.requireNonNull(ServletContainer.of(
                        CONTAINERS.computeIfAbsent(endpoint, unused -> ServletContainer.present()), request))
                .upgrade(request, response, connection);
    }
}
