package io.xywebsocket.spring.server;

import io.xywebsocket.transport.LogText;
import jakarta.websocket.CloseReason;
import jakarta.websocket.CloseReason.CloseCodes;
import jakarta.websocket.Session;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.tomcat.websocket.WsSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tomcat's session. Reached only where Tomcat is. */
final class TomcatSession implements ContainerSession {

    private static final Logger log = LoggerFactory.getLogger(TomcatSession.class);

    // Tomcat reads these from the session's user properties at each write, as Longs of milliseconds
    private static final String BLOCKING_SEND_TIMEOUT = "org.apache.tomcat.websocket.BLOCKING_SEND_TIMEOUT";
    private static final String SESSION_CLOSE_TIMEOUT = "org.apache.tomcat.websocket.SESSION_CLOSE_TIMEOUT";
    private static final String ABNORMAL_CLOSE_SEND_TIMEOUT =
            "org.apache.tomcat.websocket.ABNORMAL_SESSION_CLOSE_SEND_TIMEOUT";

    private final WsSession session;
    private final @Nullable TomcatUpgrade upgrade;

    TomcatSession(Session session, Duration sendTimeout) {
        this.session = (WsSession) session;
        Map<String, Object> properties = session.getUserProperties();
        Object place = properties.get(XyUpgradeStrategy.UPGRADE);
        this.upgrade = place instanceof AtomicReference<?> reference && reference.get() instanceof TomcatUpgrade known
                ? known
                : null;
        // the engine's own bound comes first: it has a reason to give, and a line for the log
        properties.put(BLOCKING_SEND_TIMEOUT, 2 * sendTimeout.toMillis());
        properties.put(SESSION_CLOSE_TIMEOUT, sendTimeout.toMillis());
    }

    /**
     * {@code close()} would wait behind a hung write for as long as that may take. A write of our own that can't wait fails
     * instead, and with it the session; {@code onClose} ends one that has been closed but hangs; the interrupt frees the
     * writer, which the end of the socket may not. None of the close frames that Tomcat writes meanwhile gets out.
     */
    @Override
    public void cut(@Nullable Thread writer) {
        if (upgrade != null) {
            upgrade.endOutput();
        }
        try {
            Map<String, Object> properties = session.getUserProperties();
            properties.put(BLOCKING_SEND_TIMEOUT, 1L);
            properties.put(ABNORMAL_CLOSE_SEND_TIMEOUT, 1L);
            session.getBasicRemote().setBatchingAllowed(false);
        } catch (IOException | IllegalStateException e) {
            LogText.quietly(() -> log.trace("Cutting a session that is closing", LogText.of(e)));
        }
        session.onClose(new CloseReason(CloseCodes.CLOSED_ABNORMALLY, ""));
        if (writer != null) {
            writer.interrupt();
        }
    }

    @Override
    public boolean canSuspend() {
        return true;
    }

    @Override
    public void suspend() {
        session.suspend();
    }

    @Override
    public void resume() {
        session.resume();
    }
}
