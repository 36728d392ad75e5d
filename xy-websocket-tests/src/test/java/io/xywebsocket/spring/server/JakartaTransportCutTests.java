package io.xywebsocket.spring.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.xywebsocket.XyEndpoint;
import io.xywebsocket.XyHandshake;
import io.xywebsocket.transport.Transport;
import jakarta.websocket.CloseReason;
import jakarta.websocket.CloseReason.CloseCodes;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.Session;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A container that tells of the end on the thread that cuts the session, as Tomcat does. */
class JakartaTransportCutTests {

    /** Its session, which can be aborted. */
    public interface Abortable {
        void abort();
    }

    private final XyEndpoint endpoint = XyEndpoint.builder().build();
    private final Seat seat = new Seat(() -> {}, () -> {});
    private final List<String> told = new ArrayList<>();
    private @Nullable Transport transport;

    private final JakartaConnection connection =
            new JakartaConnection(
                    endpoint, new XyHandshake(URI.create("/ws"), Map.of(), null), Map.of(), new Semaphore(1), seat) {
                @Override
                Transport.Receiver engine(Transport opening) {
                    transport = opening;
                    return new Engine();
                }
            };

    private final Session session = (Session) Proxy.newProxyInstance(
            getClass().getClassLoader(), new Class<?>[] {Session.class, Abortable.class}, (proxy, method, args) -> {
                if (method.getName().equals("abort")) {
                    connection.onClose((Session) proxy, new CloseReason(CloseCodes.CLOSED_ABNORMALLY, "aborted"));
                }
                return null;
            });

    private final class Engine implements Transport.Receiver {

        @Override
        public void text(String text) {}

        @Override
        public void pong() {}

        @Override
        public void violation(int code, String reason) {}

        @Override
        public void closed(int code, String reason) {
            told.add(code + " " + reason + (Thread.holdsLock(Objects.requireNonNull(transport)) ? ", locked" : ""));
        }
    }

    @AfterEach
    void close() {
        endpoint.close();
    }

    @Test
    void tellsOfTheEndOnceAndWithoutItsLockBecauseThatRunsUserCode() {
        connection.onOpen(session, (EndpointConfig) null);
        Objects.requireNonNull(transport).cut();
        assertThat(told).containsExactly("1006 aborted");
        transport.cut();
        assertThat(told).hasSize(1);
    }
}
