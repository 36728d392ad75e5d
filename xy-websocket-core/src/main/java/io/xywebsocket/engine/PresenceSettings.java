package io.xywebsocket.engine;

import io.xywebsocket.XyPresenceListener;
import java.time.Duration;
import java.util.List;

/**
 * What is set about members. Immutable.
 *
 * @param maxGroupsPerPeer how many groups a peer may be in
 * @param linger           how long a user whose last member has gone is still online; zero for not at all
 */
record PresenceSettings(List<XyPresenceListener> listeners, int maxGroupsPerPeer, Duration linger) {

    static final PresenceSettings DEFAULT = new PresenceSettings(List.of(), 100, Duration.ofSeconds(5));

    PresenceSettings {
        listeners = List.copyOf(listeners);
    }
}
