package io.xywebsocket;

import io.xywebsocket.transport.LogText;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** "Disconnected": told after the last of the peer's events, and no event of the wire can pass for it. */
final class DisconnectedEntry extends LaneEntry {

    private static final Logger log = LoggerFactory.getLogger(XyEndpoint.class);

    private final Runnable notice;

    DisconnectedEntry(Runnable notice) {
        super(false, 0);
        this.notice = notice;
    }

    @Override
    @Nullable
    CompletionStage<?> run() {
        try {
            notice.run();
        } catch (Throwable t) {
            LogText.quietly(() -> log.error("A listener of connections failed", LogText.of(t)));
        }
        return null;
    }

    @Override
    void refuse() {
        throw new IllegalStateException("the life cycle waits");
    }
}
