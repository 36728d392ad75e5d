package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.engine.XyEndpoint;
import io.xywebsocket.transport.RecordingReceiver;
import io.xywebsocket.transport.Transport;
import io.xywebsocket.transport.TransportContract;
import java.util.List;
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
        return app.bean(WireServlet.class).connect(app.handshake(), receiver);
    }

    @Test
    void tellsOfPartsOfAMessageAndThenOfTheWholeOfIt() {
        AtomicInteger parts = new AtomicInteger();
        RecordingReceiver receiver = new RecordingReceiver() {
            @Override
            public void onPart(int length, int held) {
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
}
