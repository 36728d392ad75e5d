package io.xywebsocket.benchmarks.load.generator;

import java.util.function.Supplier;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** What all scripts of one run count together. Belongs to the generator's thread. */
public final class Tally {

    /** Messages and latencies in nanoseconds, at some moment. */
    public record Count(long messages, Histogram latencies) {}

    private final Histogram latencies = new Histogram(60_000_000_000L, 3);
    private long messages;
    private long outstanding;
    private @Nullable String wrong;

    /** Takes what has been counted since the last time. */
    public Count take() {
        Count count = new Count(messages, latencies.copy());
        messages = 0;
        latencies.reset();
        return count;
    }

    /** How many have been sent and not answered. */
    public long outstanding() {
        return outstanding;
    }

    /** The first answer that was not as it should be. */
    public @Nullable String wrong() {
        return wrong;
    }

    void sent() {
        outstanding++;
    }

    /** An answer, which stands for so many messages. */
    void answered(int count) {
        messages += count;
        outstanding--;
    }

    void answered(int count, long nanos) {
        answered(count);
        latencies.recordValue(Math.max(0, Math.min(nanos, latencies.getHighestTrackableValue())));
    }

    /** A message that nobody had asked for. */
    void came() {
        messages++;
    }

    void came(long nanos) {
        messages++;
        latencies.recordValue(Math.max(0, Math.min(nanos, latencies.getHighestTrackableValue())));
    }

    void wrong(Supplier<String> description) {
        if (wrong == null) {
            wrong = description.get();
        }
    }
}
