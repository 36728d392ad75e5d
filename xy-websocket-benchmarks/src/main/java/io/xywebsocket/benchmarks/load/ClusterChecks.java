package io.xywebsocket.benchmarks.load;

import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** The bounds of the figures of several nodes. */
final class ClusterChecks {

    private ClusterChecks() {}

    /** All whose rows were measured, as a Markdown table; empty if none was. */
    static String table(Comparisons results) {
        String lines = all(results).stream()
                .filter(check -> check.figure().isPresent())
                .map(Check::line)
                .collect(Collectors.joining());
        return lines.isEmpty() ? "" : Checks.HEAD + lines;
    }

    private static List<Check> all(Comparisons results) {
        return List.of(
                ratio(results, "call, depth 1, the only node: CPU × no cluster", "local-calls-d1", 1, 1.03),
                ratio(results, "call, depth 1, one of two nodes: CPU × no cluster", "local-calls-d1", 2, 1.03),
                ratio(results, "call, depth 16, the only node: CPU × no cluster", "local-calls-d16", 1, 1.03),
                ratio(results, "call, depth 16, one of two nodes: CPU × no cluster", "local-calls-d16", 2, 1.03),
                ratio(results, "broadcast to 1,000, the only node: CPU × no cluster", "local-broadcast-1000", 1, 1.06),
                ratio(
                        results,
                        "broadcast to 1,000, one of two nodes: CPU × no cluster",
                        "local-broadcast-1000",
                        2,
                        1.06),
                ratio(
                        results,
                        "event to 1,000 on each of three nodes: CPU of all and Redis, × 3,000 of one server",
                        "cluster-broadcast-3x1000",
                        2,
                        1.15),
                atMost(
                        "call to a member of another node, depth 1: p50 × a local peer",
                        results.ratio("remote-calls-d1", 1, Figures::p50),
                        2),
                ratio(
                        results,
                        "call to 333 on each of three nodes: CPU of all and Redis, × a loop over 999 local peers",
                        "call-many-3x333",
                        2,
                        1.3),
                atMost(
                        "event for which a node has no member, 10,000 a second: its µs of CPU",
                        results.figure("no-member-here", 0, Figures::cpu),
                        5),
                atMost(
                        "event for which a node has no member, 50,000 a second: its µs of CPU",
                        results.figure("no-member-here", 1, Figures::cpu),
                        2),
                ratio(results, "event to a group of ten: CPU × a loop over the ten", "group-of-10", 1, 1.2),
                atMost(ClusterRows.HEAP, results.number(ClusterRows.HEAP), 400),
                atMost(Recovery.CONNECTED, results.number(Recovery.CONNECTED), 6),
                atMost(Recovery.PRESENT, results.number(Recovery.PRESENT), 6),
                ratio(results, "broadcast across two nodes: CPU × Socket.IO", "socket-io-2x1000", 1, 1),
                atMost(
                        "broadcast across two nodes: p50 × Socket.IO",
                        results.ratio("socket-io-2x1000", 1, Figures::p50),
                        1));
    }

    private static Check ratio(Comparisons results, String what, String row, int way, double bound) {
        return atMost(what, results.ratio(row, way, Figures::cpu), bound);
    }

    private static Check atMost(String what, OptionalDouble figure, double bound) {
        return Check.atMost(what, figure, bound, bound);
    }
}
