package io.xywebsocket.spring.limits;

import io.xywebsocket.XyClock;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyRateLimit;
import io.xywebsocket.XyRateLimit.Traffic;
import io.xywebsocket.XyRateLimit.Verdict;
import java.security.Principal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What one connection may still send, by its own rates and those of whoever has logged in. */
final class PeerMeters implements XyRateLimit.OfPeer {

    private final XyPeer peer;
    private final Rates rates;
    private final Meters own;
    private final Meter refused;
    private final SharedMeters users;

    // changed with the lock: the connection may be closed while its reader is here
    private volatile @Nullable Principal principal;
    private volatile @Nullable Meters ofUser;
    private @Nullable String user;
    private boolean closed;

    PeerMeters(XyPeer peer, Rates rates, SharedMeters users, XyClock clock) {
        this.peer = peer;
        this.rates = rates;
        this.own = new Meters(rates.perPeer(), rates.functions(), clock);
        this.refused = new Meter(rates.refused(), clock);
        this.users = users;
    }

    @Override
    public Verdict admit(Traffic traffic, String name) {
        long wait = own.take();
        Meters shared = ofUser();
        if (wait == 0 && shared != null) {
            wait = shared.take();
        }
        if (wait == 0 && traffic == Traffic.CALL && !rates.functions().isEmpty()) {
            wait = (shared == null ? own : shared).take(name);
        }
        if (wait == 0) {
            return Verdict.ADMITTED;
        }
        return refused.take() == 0 ? new XyRateLimit.Refused(Duration.ofNanos(wait)) : Verdict.EXCESSIVE;
    }

    /** Those of who has logged in now; null if nobody has. */
    private @Nullable Meters ofUser() {
        if (!rates.concernUsers()) {
            return null;
        }
        Principal now = peer.principal();
        if (now != principal) {
            loggedIn(now);
        }
        return ofUser;
    }

    private synchronized void loggedIn(@Nullable Principal now) {
        if (closed) {
            return;
        }
        principal = now;
        String name = now == null ? null : now.getName();
        if (name == null || !name.equals(user)) {
            leave();
            ofUser = name == null ? null : users.hold(name);
            user = name;
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        leave();
    }

    private void leave() {
        if (user != null) {
            users.letGo(user);
            user = null;
        }
    }
}
