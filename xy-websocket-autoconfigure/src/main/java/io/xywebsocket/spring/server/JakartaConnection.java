package io.xywebsocket.spring.server;

import io.xywebsocket.XyEndpoint;
import io.xywebsocket.XyHandshake;
import io.xywebsocket.transport.MessageAssembler;
import io.xywebsocket.transport.Transport;
import jakarta.websocket.CloseReason;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.PongMessage;
import jakarta.websocket.Session;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection as the container tells of it. Holds its callbacks to the transport's contract: containers deliver frames
 * after our close, errors after closed, closed twice.
 */
final class JakartaConnection extends Endpoint {

    private static final Logger log = LoggerFactory.getLogger(JakartaConnection.class);

    private final XyEndpoint endpoint;
    private final XyHandshake handshake;
    private final Map<String, Object> attributes;
    private final Semaphore heldThreads;
    private final MessageAssembler assembler;
    private final AtomicBoolean closed = new AtomicBoolean();

    private @Nullable JakartaTransport transport;
    private Transport.@Nullable Receiver receiver;
    private boolean violated;

    JakartaConnection(
            XyEndpoint endpoint, XyHandshake handshake, Map<String, Object> attributes, Semaphore heldThreads) {
        this.endpoint = endpoint;
        this.handshake = handshake;
        this.attributes = attributes;
        this.heldThreads = heldThreads;
        this.assembler = new MessageAssembler(endpoint.limits().maxMessageSize());
    }

    @Override
    public void onOpen(Session session, EndpointConfig config) {
        session.setMaxIdleTimeout(0); // the heartbeat is the engine's
        JakartaTransport opened = new JakartaTransport(
                session, endpoint.clock(), endpoint.timeouts().send(), heldThreads);
        Transport.Receiver engine = endpoint.open(opened, handshake, attributes);
        transport = opened;
        receiver = engine;
        session.addMessageHandler(String.class, new MessageHandler.Partial<String>() {
            @Override
            public void onMessage(String piece, boolean last) {
                text(engine, opened, piece, last);
            }
        });
        session.addMessageHandler(ByteBuffer.class, new MessageHandler.Partial<ByteBuffer>() {
            @Override
            public void onMessage(ByteBuffer piece, boolean last) {
                violation(engine, 1003, "binary messages are not supported");
            }
        });
        session.addMessageHandler(PongMessage.class, new MessageHandler.Whole<PongMessage>() {
            @Override
            public void onMessage(PongMessage message) {
                engine.pong();
            }
        });
    }

    private void text(Transport.Receiver engine, JakartaTransport pausing, String piece, boolean last) {
        if (violated || closed.get()) {
            return;
        }
        try {
            String message = assembler.add(piece, last);
            if (message != null) {
                engine.text(message);
                if (!pausing.pauseIfWanted()) {
                    violation(engine, 1008, "receive buffer exceeded");
                }
            }
        } catch (MessageAssembler.TooLargeException e) {
            log.warn(
                    "A peer is closed with 1009: it sent a message larger than xy.websocket.max-message-size, {} bytes",
                    endpoint.limits().maxMessageSize());
            violation(engine, 1009, String.valueOf(e.getMessage()));
        }
    }

    private void violation(Transport.Receiver engine, int code, String reason) {
        if (!violated && !closed.get()) {
            violated = true;
            engine.violation(code, reason);
        }
    }

    @Override
    public void onClose(Session session, CloseReason reason) {
        if (closed.compareAndSet(false, true) && receiver != null && transport != null) {
            transport.over();
            String phrase = reason.getReasonPhrase();
            receiver.closed(reason.getCloseCode().getCode(), phrase == null ? "" : phrase);
        }
    }

    @Override
    public void onError(Session session, Throwable error) {
        log.debug("A connection failed", error);
    }
}
