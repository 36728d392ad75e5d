package io.xywebsocket.spring.server;

import io.xywebsocket.XyEndpoint;
import io.xywebsocket.XyHandshake;
import io.xywebsocket.transport.Transport;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** An upgrade to the starter's transport with the test in the engine's place. */
public final class ObservedUpgrade {

    private ObservedUpgrade() {}

    /** @param engine called when the connection opens */
    public static void upgrade(
            XyEndpoint endpoint,
            HttpServletRequest request,
            HttpServletResponse response,
            Function<Transport, Transport.Receiver> engine)
            throws IOException, ServletException {
        XyUpgradeStrategy.answer(response, request.getHeader("Sec-WebSocket-Key"), null, null);
        XyHandshake handshake = new XyHandshake(URI.create("ws://localhost"), Map.of(), null);
        UpgradedConnection connection =
                new UpgradedConnection(endpoint, handshake, Map.of(), new Seat(() -> {}, () -> {}), null) {
                    @Override
                    Transport.Receiver engine(Transport transport) {
                        return engine.apply(transport);
                    }
                };
        Objects.requireNonNull(ServletContainer.of(ServletContainer.present(), request))
                .upgrade(request, response, connection);
    }
}
