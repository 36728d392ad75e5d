package io.xywebsocket.spring.server;

import io.xywebsocket.XyClock;
import io.xywebsocket.XyHandshake;
import io.xywebsocket.engine.XyEndpoint;
import io.xywebsocket.transport.OutgoingMessage;
import io.xywebsocket.transport.Transport;
import io.xywebsocket.untrusted.LogText;
import io.xywebsocket.websocket.PerMessageDeflate;
import io.xywebsocket.websocket.WebSocketTransport;
import io.xywebsocket.websocket.Wire;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection from its handshake on, of which it has the {@link Permit}. Knows nothing of the container. */
class UpgradedConnection {

    private static final Logger log = LoggerFactory.getLogger(UpgradedConnection.class);

    private final XyEndpoint endpoint;
    private final XyHandshake handshake;
    private final Map<String, Object> attributes;
    private final Permit permit;
    private final @Nullable PerMessageDeflate deflate;
    private volatile boolean refused;

    UpgradedConnection(
            XyEndpoint endpoint,
            XyHandshake handshake,
            Map<String, Object> attributes,
            Permit permit,
            @Nullable PerMessageDeflate deflate) {
        this.endpoint = endpoint;
        this.handshake = handshake;
        this.attributes = attributes;
        this.permit = permit;
        this.deflate = deflate;
    }

    XyClock clock() {
        return endpoint.clock();
    }

    /** The handshake has been answered otherwise after all: there is to be no connection. */
    void refuse() {
        refused = true;
        permit.leave();
    }

    boolean isRefused() {
        return refused;
    }

    /**
     * Opens the connection: the response has gone out, and the socket is ours. To be called once. Nothing has been read before, and
     * whatever becomes of the connection, the transport that is returned is told of it.
     */
    WebSocketTransport open(Wire wire) {
        WebSocketTransport transport = transport(wire);
        open(transport);
        return transport;
    }

    /** The transport of a wire that has to know it before the connection is {@linkplain #open(WebSocketTransport) opened}. */
    WebSocketTransport transport(Wire wire) {
        return new WebSocketTransport(wire, endpoint.clock(), endpoint.limits().maxMessageSize(), deflate);
    }

    /** As {@link #open(Wire)}. */
    void open(WebSocketTransport transport) {
        Transport.Receiver engine = opened(transport);
        transport.start(new PermittedReceiver(engine));
    }

    private Transport.Receiver opened(WebSocketTransport transport) {
        try {
            Transport.Receiver engine = engine(new PermittedTransport(transport));
            permit.opened();
            return engine;
        } catch (RuntimeException | Error e) { // nobody would be told of the end
            permit.leave();
            throw e;
        }
    }

    /** The receiver of what arrives. */
    Transport.Receiver engine(Transport transport) {
        return endpoint.open(transport, handshake, attributes);
    }

    /** Gives the permit back at once if we end the connection; the client may come back before its socket is gone. */
    private final class PermittedTransport implements Transport {

        private final Transport transport;

        PermittedTransport(Transport transport) {
            this.transport = transport;
        }

        @Override
        public boolean send(OutgoingMessage message, boolean last) throws IOException {
            return transport.send(message, last);
        }

        @Override
        public boolean ping() throws IOException {
            return transport.ping();
        }

        @Override
        public void close(int code, String reason) throws IOException {
            permit.closing(code);
            transport.close(code, reason);
        }

        @Override
        public void abort() {
            permit.leave();
            transport.abort();
        }

        @Override
        public void pauseReading() {
            transport.pauseReading();
        }

        @Override
        public void resumeReading() {
            transport.resumeReading();
        }

        @Override
        public void discardIncoming() {
            transport.discardIncoming();
        }

        @Override
        public long progress() {
            return transport.progress();
        }
    }

    /** The engine, and before it the permit and the log. */
    private final class PermittedReceiver implements Transport.Receiver {

        private final Transport.Receiver engine;

        PermittedReceiver(Transport.Receiver engine) {
            this.engine = engine;
        }

        @Override
        public void onText(byte[] utf8, int offset, int length) {
            engine.onText(utf8, offset, length);
        }

        @Override
        public void onPart(int length, int held) {
            engine.onPart(length, held);
        }

        @Override
        public void onPing() {
            engine.onPing();
        }

        @Override
        public void onPong() {
            engine.onPong();
        }

        @Override
        public void onWritable() {
            engine.onWritable();
        }

        @Override
        public void onViolation(int code, String reason) {
            if (code == 1009) {
                LogText.quietly(() -> log.warn(
                        "A peer is closed with 1009: it sent a message larger than xy.websocket.max-message-size, {} bytes",
                        endpoint.limits().maxMessageSize()));
            }
            engine.onViolation(code, reason);
        }

        @Override
        public void onClosed(int code, String reason) {
            permit.leave();
            engine.onClosed(code, reason);
        }
    }
}
