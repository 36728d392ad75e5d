package io.xywebsocket.client;

import io.xywebsocket.transport.LogText;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;

/** Decides whether a client comes back by itself: the application's policy, or the default one. Thread-safe. */
final class ReturnPolicy {

    private final ClientSettings settings;
    private final Executor executor;
    private final ConnectionLog log;

    /** @param executor asks the application, which may block */
    ReturnPolicy(ClientSettings settings, Executor executor, ConnectionLog log) {
        this.settings = settings;
        this.executor = executor;
        this.log = log;
    }

    /** @param then hears whether to come back; at once, or on the executor */
    void decide(ConnectionEnd end, BiConsumer<ConnectionEnd, Boolean> then) {
        XyClient.Reconnect own = settings.reconnect();
        if (own == null) {
            then.accept(end, end.comesBack(settings.renewsLogin()));
        } else {
            executor.execute(() -> then.accept(end, isTrue(own, end)));
        }
    }

    private boolean isTrue(XyClient.Reconnect own, ConnectionEnd end) {
        try {
            return own.after(end.code(), end.reason());
        } catch (Throwable t) { // whatever it is: a client that is lost without a word helps nobody
            LogText.quietly(() -> log.undecided(t));
            return true;
        }
    }
}
