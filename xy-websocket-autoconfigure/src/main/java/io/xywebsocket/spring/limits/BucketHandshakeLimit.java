package io.xywebsocket.spring.limits;

import io.xywebsocket.XyClock;
import io.xywebsocket.spring.server.HandshakeLimit;
import java.time.Duration;
import java.util.Map;

/**
 * The limit on handshakes of an address, kept in buckets of Bucket4j. Thread-safe.
 *
 * @since 0.1
 */
public final class BucketHandshakeLimit implements HandshakeLimit {

    private final SharedMeters addresses;

    /**
     * @param rate  of each address
     * @param clock the endpoint's time
     */
    public BucketHandshakeLimit(Rate rate, XyClock clock) {
        this.addresses = new SharedMeters(() -> new Meters(rate, Map.of(), clock), rate.period(), clock);
    }

    @Override
    public Duration take(String address) {
        try {
            return Duration.ofNanos(addresses.hold(address).take());
        } finally {
            addresses.letGo(address);
        }
    }

    /** How many addresses are remembered. */
    public int addresses() {
        return addresses.size();
    }
}
