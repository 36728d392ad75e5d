package io.xywebsocket.spring.limits;

import io.xywebsocket.XyClock;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyRateLimit;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The rate limit of the settings, for one endpoint. Thread-safe.
 *
 * @since 0.1
 */
public final class BucketRateLimit implements XyRateLimit {

    private final Rates rates;
    private volatile @Nullable SharedMeters users;

    /** @param rates at which peers may send */
    public BucketRateLimit(Rates rates) {
        this.rates = rates;
    }

    @Override
    public OfPeer open(XyPeer peer, XyClock clock) {
        return new PeerMeters(peer, rates, users(clock), clock);
    }

    /** How many users' meters are kept. */
    public int users() {
        SharedMeters known = users;
        return known == null ? 0 : known.size();
    }

    private SharedMeters users(XyClock clock) {
        SharedMeters known = users;
        return known == null ? firstUsers(clock) : known;
    }

    private synchronized SharedMeters firstUsers(XyClock clock) {
        SharedMeters known = users;
        if (known == null) {
            Rate perUser = rates.perUser();
            Map<String, Rate> functions = rates.functions();
            Duration longest = Stream.concat(Stream.ofNullable(perUser), functions.values().stream())
                    .map(Rate::period)
                    .max(Duration::compareTo)
                    .orElse(Duration.ZERO);
            known = new SharedMeters(() -> new Meters(perUser, functions, clock), longest, clock);
            users = known;
        }
        return known;
    }
}
