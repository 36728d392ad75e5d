package io.xywebsocket.spring.server;

import io.xywebsocket.transport.LogText;
import jakarta.websocket.CloseReason;
import jakarta.websocket.CloseReason.CloseCodes;
import jakarta.websocket.Session;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What Jakarta WebSocket has no words for and each container does in its own way. */
interface ContainerSession {

    /** The one for this session's container. */
    static ContainerSession of(Session session, Duration sendTimeout) {
        String type = session.getClass().getName();
        if (type.startsWith("org.apache.tomcat.websocket.")) {
            return new TomcatSession(session, sendTimeout);
        }
        return new OtherSession(session);
    }

    /** Ends the connection at once, whatever a writer hangs in. */
    void cut(@Nullable Thread writer);

    /** Whether {@link #suspend} works; if not, the thread that reads has to be held up. */
    boolean canSuspend();

    /** Stops reading; to be called by the thread that reads. */
    void suspend();

    /** Reads on. */
    void resume();

    /** Jetty, whose session can be aborted, and whatever else there is. */
    final class OtherSession implements ContainerSession {

        private static final Logger log = LoggerFactory.getLogger(OtherSession.class);

        private final Session session;

        OtherSession(Session session) {
            this.session = session;
        }

        @Override
        public void cut(@Nullable Thread writer) {
            try {
                // public on both lines of Jetty, in packages of different names
                Method abort = session.getClass().getMethod("abort");
                abort.invoke(session);
            } catch (NoSuchMethodException notJetty) {
                closeAbnormally();
            } catch (IllegalAccessException | InvocationTargetException e) {
                LogText.quietly(() -> log.debug("Can't abort a session", LogText.of(e)));
                closeAbnormally();
            }
        }

        private void closeAbnormally() {
            Thread closer = new Thread(
                    () -> {
                        try {
                            session.close(new CloseReason(CloseCodes.GOING_AWAY, ""));
                        } catch (IOException | IllegalStateException e) {
                            log.debug("Can't close a session", LogText.of(e));
                        }
                    },
                    "xy-cut");
            closer.setDaemon(true);
            closer.start();
        }

        @Override
        public boolean canSuspend() {
            return false;
        }

        @Override
        public void suspend() {
            throw new IllegalStateException("can't be suspended");
        }

        @Override
        public void resume() {
            throw new IllegalStateException("can't be suspended");
        }
    }
}
