package io.xywebsocket.spring.server;

import io.xywebsocket.XyClock;
import io.xywebsocket.untrusted.LogText;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after upgraded sockets every now and then: after those that Tomcat reads, because it tells nobody of one that its poller closes, as it
 * does when its executor refuses an event; and after any of which the executor has refused a turn of ours. Thread-safe.
 */
final class TomcatWatch {

    private static final Logger log = LoggerFactory.getLogger(TomcatWatch.class);

    private static final Duration INTERVAL = Duration.ofMillis(500);

    private final Set<TomcatUpgrade> upgrades = ConcurrentHashMap.newKeySet();

    // guarded by this
    private boolean running;

    /** @param clock of which there is a timer for as long as there are sockets */
    void add(TomcatUpgrade upgrade, XyClock clock) {
        upgrades.add(upgrade);
        synchronized (this) {
            if (!running) {
                clock.schedule(() -> look(clock), INTERVAL);
                running = true;
            }
        }
    }

    void remove(TomcatUpgrade upgrade) {
        upgrades.remove(upgrade);
    }

    private void look(XyClock clock) {
        for (TomcatUpgrade upgrade : List.copyOf(upgrades)) {
            upgrades.remove(upgrade); // before it is looked at: what that adds again stays
            if (goesOn(upgrade)) {
                upgrades.add(upgrade);
            }
        }
        synchronized (this) {
            running = false;
            if (!upgrades.isEmpty()) {
                clock.schedule(() -> look(clock), INTERVAL);
                running = true;
            }
        }
    }

    private static boolean goesOn(TomcatUpgrade upgrade) {
        try {
            return upgrade.check();
        } catch (RuntimeException | Error e) { // the others are to be looked after still
            LogText.quietly(() -> log.error("A connection could not be looked after", LogText.of(e)));
            return true;
        }
    }
}
