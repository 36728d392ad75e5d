package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.xywebsocket.engine.XyEndpoint;
import io.xywebsocket.spring.server.ObservedUpgrade;
import io.xywebsocket.transport.Transport;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Connects one client after the other. */
final class WireServlet extends HttpServlet {

    private static final long serialVersionUID = 1;

    private record Opened(Transport.Receiver receiver, BlockingQueue<Transport> transport) {}

    private final transient XyEndpoint endpoint;
    private final transient BlockingQueue<Opened> opening = new LinkedBlockingQueue<>();

    WireServlet(XyEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    ServerWire connect(Handshake handshake, Transport.Receiver receiver) {
        Opened opened = new Opened(receiver, new LinkedBlockingQueue<>());
        opening.add(opened);
        RawClient far = handshake.path("/wire").open();
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
