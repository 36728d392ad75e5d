package io.xywebsocket.spring.security;

import io.xywebsocket.XyClock;
import io.xywebsocket.XyConnectionListener;
import io.xywebsocket.XyPeer;
import io.xywebsocket.untrusted.LogText;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.core.Authentication;
import org.springframework.util.function.SingletonSupplier;

/** Closes peers with 4401 when their login expires. Thread-safe. */
final class ExpiryWatch implements XyConnectionListener {

    /** The end of what may be accepted a little later, as clocks differ. */
    interface Lenient extends XyExpiry {}

    private static final Logger log = LoggerFactory.getLogger(ExpiryWatch.class);

    /** Of a peer whose login has no end. */
    private static final XyClock.Timer NO_TIMER = () -> {};

    /** Timers don't see that the machine slept or its clock was set; so long at most it goes unnoticed. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

    /**
     * A token that was accepted though it had expired is good for so long, which is what Spring Security's decoder grants: a peer that
     * were closed at once would come back with the same token, again and again.
     */
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(1);

    private final Supplier<List<XyExpiry>> expiries;
    private final Supplier<XyClock> clock;

    /** Of each peer from "connected" to "disconnected", which comes after the last of what it has sent. */
    private final Map<String, XyClock.Timer> timers = new ConcurrentHashMap<>();

    /**
     * @param expiries asked for when the first peer connects
     * @param clock    the endpoint's, which exists later than this
     */
    ExpiryWatch(Supplier<List<XyExpiry>> expiries, Supplier<XyClock> clock) {
        this.expiries = SingletonSupplier.of(expiries);
        this.clock = clock;
    }

    @Override
    public void connected(XyPeer peer) {
        timers.put(peer.id(), NO_TIMER);
        watch(peer, Instant.now());
    }

    @Override
    public void identified(XyPeer peer) {
        watch(peer, Instant.now());
    }

    @Override
    public void disconnected(XyPeer peer, int code, String reason) {
        XyClock.Timer timer = timers.remove(peer.id());
        if (timer != null) {
            timer.cancel();
        }
    }

    /** How many peers there are. */
    int size() {
        return timers.size();
    }

    /** @param accepted when its login was */
    private void watch(XyPeer peer, Instant accepted) {
        AtomicBoolean expired = new AtomicBoolean();
        timers.computeIfPresent(peer.id(), (id, before) -> {
            before.cancel();
            Instant end = expiry(peer, accepted);
            if (end == null) {
                return NO_TIMER;
            }
            Duration left = Duration.between(Instant.now(), end);
            expired.set(left.isNegative() || left.isZero());
            return expired.get()
                    ? NO_TIMER
                    : clock.get().schedule(() -> watch(peer, accepted), shorter(left, LONGEST_WAIT));
        });
        if (expired.get()) {
            // though it may have gone: what it has left behind is not to run
            peer.close(XyPeer.LOGIN_ENDED, "the login has expired");
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private @Nullable Instant expiry(XyPeer peer, Instant accepted) {
        if (!(peer.principal() instanceof Authentication authentication)) {
            return null;
        }
        try {
            return expiries.get().stream()
                    .map(expiry -> expiry(expiry, authentication, accepted))
                    .filter(Objects::nonNull)
                    .map(Objects::requireNonNull)
                    .min(Instant::compareTo)
                    .orElse(null);
        } catch (RuntimeException e) {
            LogText.quietly(() -> log.error(
                    "The expiry of the login of peer {} can't be determined; the login is ended",
                    peer.id(),
                    LogText.of(e)));
            return Instant.MIN;
        }
    }

    private static @Nullable Instant expiry(XyExpiry expiry, Authentication authentication, Instant accepted) {
        Instant end = expiry.expiresAt(authentication);
        boolean late = end != null && !end.isAfter(accepted) && expiry instanceof Lenient;
        return late ? accepted.plus(CLOCK_SKEW) : end;
    }
}
