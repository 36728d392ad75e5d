package io.xywebsocket.benchmarks.load;

import io.xywebsocket.benchmarks.load.generator.Tally;
import org.HdrHistogram.Histogram;

/**
 * What one server did in one stretch of time, per message.
 *
 * @param perSecond messages per second
 * @param user      µs of CPU in the program
 * @param system    µs of CPU in the kernel
 * @param allocated bytes allocated
 * @param writes    calls that write
 * @param p50       µs of latency, the median
 * @param p99       µs, the 99th percentile
 * @param p999      µs, the 99.9th
 */
record Figures(
        double perSecond,
        double user,
        double system,
        double allocated,
        double writes,
        double p50,
        double p99,
        double p999) {

    /** A server's counters at some moment. */
    record Reading(Usage usage, long allocated) {
        static Reading of(ServerProcess server) {
            long allocated = server.askNumber("allocated");
            return new Reading(server.usage(), allocated);
        }

        Reading plus(Reading other) {
            return new Reading(usage.plus(other.usage), allocated + other.allocated);
        }
    }

    static Figures between(Reading start, Reading end, Tally.Count count) {
        double messages = Math.max(1, count.messages());
        Histogram latencies = count.latencies();
        return new Figures(
                messages * 1e9 / (end.usage.nanos() - start.usage.nanos()),
                (end.usage.user() - start.usage.user()) * 1e6 / messages,
                (end.usage.system() - start.usage.system()) * 1e6 / messages,
                (end.allocated - start.allocated) / messages,
                (end.usage.writes() - start.usage.writes()) / messages,
                latencies.getValueAtPercentile(50) / 1e3,
                latencies.getValueAtPercentile(99) / 1e3,
                latencies.getValueAtPercentile(99.9) / 1e3);
    }

    /** The same with latencies that were measured elsewhere, in µs. */
    Figures withLatencies(double newP50, double newP99, double newP999) {
        return new Figures(perSecond, user, system, allocated, writes, newP50, newP99, newP999);
    }

    /** All CPU, in µs. */
    double cpu() {
        return user + system;
    }
}
