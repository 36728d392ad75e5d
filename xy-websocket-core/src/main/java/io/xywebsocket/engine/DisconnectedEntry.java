package io.xywebsocket.engine;

import io.xywebsocket.untrusted.LogText;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Notifies listeners of "disconnected" after the last event of the peer. */
final class DisconnectedEntry extends InboundEntry {

    private static final Logger log = LoggerFactory.getLogger(DisconnectedEntry.class);

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
}
