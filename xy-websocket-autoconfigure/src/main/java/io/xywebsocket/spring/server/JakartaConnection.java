package io.xywebsocket.spring.server;

import io.xywebsocket.XyEndpoint;
import io.xywebsocket.XyHandshake;
import io.xywebsocket.transport.LogText;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection as the container tells of it. Holds its callbacks to the transport's contract: containers deliver frames
 * after our close, errors after closed, closed twice.
 */
class JakartaConnection extends Endpoint {

    private static final Logger log = LoggerFactory.getLogger(JakartaConnection.class);

    private final XyEndpoint endpoint;
    private final XyHandshake handshake;
    private final Map<String, Object> attributes;
    private final Semaphore heldThreads;
    private final Seat seat;
    private final MessageAssembler assembler;

    // of the thread that reads, which is the one that opens
    private Transport.@Nullable Receiver engine;
    private @Nullable JakartaTransport transport;
    private boolean violated;

    // guarded by this
    private boolean opened;
    private boolean telling;
    private @Nullable CloseReason closed;

    JakartaConnection(
            XyEndpoint endpoint,
            XyHandshake handshake,
            Map<String, Object> attributes,
            Semaphore heldThreads,
            Seat seat) {
        this.endpoint = endpoint;
        this.handshake = handshake;
        this.attributes = attributes;
        this.heldThreads = heldThreads;
        this.seat = seat;
        this.assembler = new MessageAssembler(endpoint.limits().maxMessageSize());
    }

    @Override
    public void onOpen(Session session, EndpointConfig config) {
        session.setMaxIdleTimeout(0); // the heartbeat is the engine's
        // before the engine has it: from then on the session may be closed at any time, and takes no more of these
        session.addMessageHandler(String.class, new MessageHandler.Partial<String>() {
            @Override
            public void onMessage(String piece, boolean last) {
                text(piece, last);
            }
        });
        session.addMessageHandler(ByteBuffer.class, new MessageHandler.Partial<ByteBuffer>() {
            @Override
            public void onMessage(ByteBuffer piece, boolean last) {
                violation(1003, "binary messages are not supported");
            }
        });
        session.addMessageHandler(PongMessage.class, new MessageHandler.Whole<PongMessage>() {
            @Override
            public void onMessage(PongMessage message) {
                if (engine != null && begin()) {
                    try {
                        engine.pong();
                    } finally {
                        done();
                    }
                }
            }
        });
        open(new JakartaTransport(session, endpoint.clock(), endpoint.timeouts().send(), heldThreads, seat, assembler));
        seat.opened(); // had anything failed before, nobody might tell us of the end
    }

    private void open(JakartaTransport opening) {
        transport = opening;
        engine = engine(opening);
        CloseReason before;
        synchronized (this) {
            opened = true;
            before = closed;
        }
        if (before != null) {
            over(before);
        }
    }

    /** Who hears what arrives. */
    Transport.Receiver engine(Transport opening) {
        return endpoint.open(opening, handshake, attributes);
    }

    private void text(String piece, boolean last) {
        if (violated || engine == null || transport == null || !begin()) {
            return;
        }
        boolean tooLarge = false;
        try {
            take(engine, piece, last);
        } catch (MessageAssembler.TooLargeException e) {
            tooLarge = true;
        } finally {
            done();
        }
        if (tooLarge) {
            int limit = endpoint.limits().maxMessageSize();
            LogText.quietly(() -> log.warn(
                    "A peer is closed with 1009: it sent a message larger than xy.websocket.max-message-size, {} bytes",
                    limit));
            violation(1009, "message larger than " + limit + " bytes");
        } else if (last && !transport.pauseIfWanted()) {
            exhausted();
        }
    }

    /** A method of its own: whoever waits for the end of a pause must not keep the message. */
    private void take(Transport.Receiver told, String piece, boolean last) throws MessageAssembler.TooLargeException {
        String message = assembler.add(piece, last);
        if (message == null) {
            told.part(piece.length(), assembler.held());
        } else {
            told.text(message);
        }
    }

    /** The peer sends more than is handled, as many others do, and this container knows no way to let it wait but a thread. */
    private void exhausted() {
        if (!violated && engine != null && begin()) {
            violated = true;
            try {
                engine.exhausted("too many peers that can't be read");
            } finally {
                done();
            }
        }
    }

    private void violation(int code, String reason) {
        if (!violated && engine != null && begin()) {
            violated = true;
            try {
                engine.violation(code, reason);
            } finally {
                done();
            }
        }
    }

    /** Whether the engine may still be told something. The end, which may come on any thread, then waits for {@link #done}. */
    private synchronized boolean begin() {
        telling = closed == null;
        return telling;
    }

    private void done() {
        CloseReason meanwhile;
        synchronized (this) {
            telling = false;
            meanwhile = closed;
        }
        if (meanwhile != null) {
            over(meanwhile);
        }
    }

    @Override
    public void onClose(Session session, CloseReason reason) {
        seat.leave(reason.getCloseCode().getCode());
        synchronized (this) {
            if (closed != null) {
                return;
            }
            closed = reason;
            if (!opened || telling) {
                return; // the engine is about to hear of it
            }
        }
        over(reason);
    }

    private void over(CloseReason reason) {
        Transport.Receiver told = engine;
        if (told != null && transport != null) {
            String phrase = reason.getReasonPhrase();
            transport.over(() -> told.closed(reason.getCloseCode().getCode(), phrase == null ? "" : phrase));
        }
    }

    @Override
    public void onError(Session session, Throwable error) {
        log.debug("A connection failed", LogText.of(error));
    }
}
