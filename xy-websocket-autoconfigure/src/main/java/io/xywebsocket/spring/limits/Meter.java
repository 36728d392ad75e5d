package io.xywebsocket.spring.limits;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import io.xywebsocket.XyClock;

/** What is left of one rate. Thread-safe, without locks. */
final class Meter {

    private final Bucket bucket;
    private final Rate rate;

    Meter(Rate rate, XyClock clock) {
        this.rate = rate;
        this.bucket = Bucket.builder()
                .addLimit(limit -> limit.capacity(rate.count()).refillGreedy(rate.count(), rate.period()))
                .withCustomTimePrecision(new EndpointTime(clock))
                .build();
    }

    /** Takes one. Returns 0 if there was one, else in how many nanoseconds there will be. */
    long take() {
        return bucket.tryConsume(1)
                ? 0
                : Math.max(1, bucket.estimateAbilityToConsume(1).getNanosToWaitForRefill());
    }

    boolean isFull() {
        return bucket.getAvailableTokens() >= rate.count();
    }

    private record EndpointTime(XyClock clock) implements TimeMeter {

        @Override
        public long currentTimeNanos() {
            return clock.nanoTime();
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }
    }
}
