package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyEndpoint;
import io.xywebsocket.spring.server.ObservedUpgrade;
import io.xywebsocket.transport.RecordingReceiver;
import io.xywebsocket.transport.Transport;
import io.xywebsocket.transport.TransportContract;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The contract of the seam on the starter's own transport, on a real server. */
@Tag("server")
class ServerTransportTests implements TransportContract {

    private static App app;

    @BeforeAll
    static void start() {
        app = App.with("xy.websocket.max-message-size=200KB").start(AtPathWire.class);
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @Override
    public ServerWire open(Transport.Receiver receiver) {
        return app.bean(WireServlet.class).connect(receiver);
    }

    @Test
    void tellsOfPartsOfAMessageAndThenOfTheWholeOfIt() {
        AtomicInteger parts = new AtomicInteger();
        RecordingReceiver receiver = new RecordingReceiver() {
            @Override
            public void part(int length, int held) {
                parts.incrementAndGet();
            }
        };
        try (ServerWire wire = open(receiver)) {
            String text = "\u20ac".repeat(50_000);
            wire.far.sendInFragments(text, 1_000);
            await().until(() -> receiver.texts().equals(List.of(text)));
            assertThat(parts).hasPositiveValue();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class AtPathWire {

        @Bean
        WireServlet wire(XyEndpoint endpoint) {
            return new WireServlet(endpoint);
        }

        @Bean
        ServletRegistrationBean<WireServlet> atPath(WireServlet wire) {
            return new ServletRegistrationBean<>(wire, "/wire");
        }
    }

    /** Connects one client after the other. */
    static final class WireServlet extends HttpServlet {

        private static final long serialVersionUID = 1;

        private record Opened(Transport.Receiver receiver, BlockingQueue<Transport> transport) {}

        private final transient XyEndpoint endpoint;
        private final transient BlockingQueue<Opened> opening = new LinkedBlockingQueue<>();

        WireServlet(XyEndpoint endpoint) {
            this.endpoint = endpoint;
        }

        ServerWire connect(Transport.Receiver receiver) {
            Opened opened = new Opened(receiver, new LinkedBlockingQueue<>());
            opening.add(opened);
            RawClient far = app.handshake().path("/wire").open();
            try {
                Transport near = opened.transport.poll(10, TimeUnit.SECONDS);
                assertThat(near).as("a connection").isNotNull();
                return new ServerWire(near, far);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response)
                throws IOException, ServletException {
            Opened opened = opening.remove();
            ObservedUpgrade.upgrade(endpoint, request, response, transport -> {
                opened.transport.add(transport);
                return opened.receiver;
            });
        }
    }

    /** A client and the server's transport to it. */
    static final class ServerWire implements Wire {

        final RawClient far;
        private final Transport near;
        private final List<String> received = new ArrayList<>();

        ServerWire(Transport near, RawClient far) {
            this.near = near;
            this.far = far;
        }

        @Override
        public Transport near() {
            return near;
        }

        @Override
        public List<String> textsAtFarEnd() {
            while (far.unread() > 0) {
                received.add(far.next());
            }
            return received;
        }

        @Override
        public int pingsAtFarEnd() {
            return far.unreadPings();
        }

        @Override
        public Closed closedAtFarEnd() {
            if (far.isOpen()) {
                return null;
            }
            RawClient.Closing closing = far.closing();
            return new Closed(closing.code(), closing.reason());
        }

        @Override
        public void send(String text) throws IOException {
            try {
                far.send(text);
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        }

        @Override
        public void ping() {
            far.frame(0x80 | RawClient.PING, new byte[0]);
        }

        @Override
        public void pong() {
            far.frame(0x80 | RawClient.PONG, new byte[0]);
        }

        @Override
        public void close(int code, String reason) {
            if (code == 1005) {
                far.sendEmptyClose();
            } else {
                far.sendClose(code, reason);
            }
        }

        @Override
        public void vanish() {
            far.vanish();
        }

        @Override
        public void stopReading() {
            far.stopReading();
        }

        @Override
        public void readOn() {
            far.readOn();
        }

        @Override
        public void close() {
            near.cut();
            far.close();
        }
    }
}
