package io.xywebsocket.spring.server;

import io.xywebsocket.transport.LogText;
import jakarta.servlet.http.HttpUpgradeHandler;
import java.io.IOException;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.apache.tomcat.websocket.server.WsHttpUpgradeHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tomcat's own, which also ends the output of its socket when told to: Tomcat writes a close frame whenever it ends a connection, with 1002 for one
 * that ended abnormally, and into the middle of another frame if a write was given up. Made by Tomcat, and reached only where Tomcat is.
 */
public final class TomcatUpgrade extends WsHttpUpgradeHandler {

    private static final Logger log = LoggerFactory.getLogger(TomcatUpgrade.class);

    private volatile @Nullable SocketWrapperBase<?> socket;

    /** This class, without a need to load it where Tomcat isn't. */
    static Class<? extends HttpUpgradeHandler> type() {
        return TomcatUpgrade.class;
    }

    @Override
    public void setSocketWrapper(SocketWrapperBase<?> wrapper) {
        super.setSocketWrapper(wrapper);
        socket = wrapper;
    }

    /** Whatever is written from now on fails, and a write that hangs does so soon. Does nothing for sockets that aren't Java's NIO ones. */
    void endOutput() {
        SocketWrapperBase<?> wrapper = socket;
        if (wrapper != null && wrapper.getSocket() instanceof NioChannel channel) {
            try {
                channel.getIOChannel().shutdownOutput();
            } catch (IOException | RuntimeException e) {
                LogText.quietly(() -> log.trace("Ending the output of a socket that is closing", LogText.of(e)));
            }
        }
    }
}
