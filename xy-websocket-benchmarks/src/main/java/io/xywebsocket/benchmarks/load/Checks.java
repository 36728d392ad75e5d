package io.xywebsocket.benchmarks.load;

import static io.xywebsocket.benchmarks.load.ServerKind.RAW;
import static io.xywebsocket.benchmarks.load.ServerKind.SOCKET_IO;
import static io.xywebsocket.benchmarks.load.ServerKind.STOMP;
import static io.xywebsocket.benchmarks.load.ServerKind.XY_JETTY;
import static io.xywebsocket.benchmarks.load.ServerKind.XY_LARGE;
import static io.xywebsocket.benchmarks.load.ServerKind.XY_SMALL;
import static io.xywebsocket.benchmarks.load.ServerKind.XY_TOMCAT;

import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the figures should be. */
final class Checks {

    private static final double MEMORY_BOUND = 10 * 0.5;

    private final Results results;

    private Checks(Results results) {
        this.results = results;
    }

    /** All whose rows were measured, as a Markdown table; empty if none was. */
    static String table(Results results) {
        Checks checks = new Checks(results);
        String lines = Stream.of(checks.calls(), checks.others(), checks.idle(), checks.stalls())
                .flatMap(List::stream)
                .filter(check -> check.figure().isPresent())
                .map(Check::line)
                .collect(Collectors.joining());
        return lines.isEmpty()
                ? ""
                : "| what | figure | must | aim | reached |\n| --- | ---: | ---: | ---: | --- |\n" + lines;
    }

    private List<Check> calls() {
        return List.of(
                Check.atMost("call, depth 16, batched: CPU × raw", cpu("calls-d16-batch"), 0.75, 0.5),
                Check.atMost("call, depth 16, each by itself: CPU × raw", cpu("calls-d16-single"), 0.75, 0.5),
                Check.atLeast("call, depth 16, batched: calls per second × raw", rate("calls-d16-batch"), 1.4, 2),
                Check.atLeast(
                        "call, depth 16, each by itself: calls per second × raw", rate("calls-d16-single"), 1.4, 2),
                Check.atMost("call, depth 1: CPU × raw", cpu("calls-d1"), 1.15, 1),
                Check.atMost("call, 4 KiB, depth 4, batched: CPU × raw", cpu("calls-4k-d4"), 1.3, 1.1),
                Check.atMost("call, 4 KiB, depth 4, each by itself: CPU × raw", cpu("calls-4k-d4-single"), 1.3, 1.1),
                Check.atMost("call, depth 16: CPU × Spring STOMP", cpu("calls-d16-batch", STOMP), 0.2, 0.12),
                Check.atMost("call, depth 16: CPU × netty-socketio", cpu("calls-d16-batch", SOCKET_IO), 0.6, 0.4),
                Check.atMost("call, depth 16, batched: writes per answer", writes("calls-d16-batch"), 0.15, 0.08),
                Check.atMost(
                        "call, depth 16, each by itself: writes per answer", writes("calls-d16-single"), 0.15, 0.08));
    }

    private List<Check> others() {
        return List.of(
                Check.atMost("server calls client, depth 16: CPU × raw", cpu("server-calls-d16"), 0.9, 0.6),
                Check.atMost("broadcast to 1,000: CPU × a loop of sendMessage", cpu("broadcast-1000"), 0.95, 0.75),
                Check.atMost("broadcast to 5,000: CPU × a loop of sendMessage", cpu("broadcast-5000"), 0.95, 0.75),
                Check.atMost(
                        "broadcasts that queue up: CPU × a loop of sendMessage",
                        cpu("broadcast-1000-burst"),
                        0.95,
                        0.5),
                Check.atMost(
                        "one call in a hundred blocks: p99 of the others × without",
                        results.ratio(
                                "blocking" + BlockingRow.WITH,
                                XY_TOMCAT,
                                "blocking" + BlockingRow.WITHOUT,
                                XY_TOMCAT,
                                Figures::p99),
                        1.5,
                        1.1),
                Check.atMost(
                        "5,000 connections: CPU per call × that at 50",
                        results.ratio("growth-5000", XY_TOMCAT, "growth-50", XY_TOMCAT, Figures::cpu),
                        1.3,
                        1.1));
    }

    private List<Check> idle() {
        return List.of(
                Check.atMost("idle: KiB of our own", results.number(OwnHeapRow.NUMBER), 4, 2),
                Check.atMost("idle: KiB in all, Tomcat", heap(XY_TOMCAT), 55, 45),
                Check.atMost("idle: KiB in all, Tomcat with max-message-size 4 MB", heap(XY_LARGE), 55, 45),
                Check.atMost("idle: KiB in all, Tomcat with 1 KiB buffers", heap(XY_SMALL), 40, 30),
                Check.atMost("idle: KiB in all, Jetty", heap(XY_JETTY), 20, 15));
    }

    private List<Check> stalls() {
        return Stream.of("stall-100", "stall-1000")
                .flatMap(row -> Stream.of(
                        Check.atMost(row + ": events missed by healthy peers", number(StallRow.missing(row)), 0, 0),
                        Check.atMost(row + ": p99 × without", number(StallRow.slower(row)), 1.5, 1.1),
                        Check.atMost(row + ": dropped, seconds behind the bound", number(StallRow.late(row)), 1, 1),
                        Check.atMost(
                                row + ": MB of heap more", number(StallRow.memory(row)), MEMORY_BOUND, MEMORY_BOUND)))
                .toList();
    }

    private OptionalDouble cpu(String row) {
        return cpu(row, RAW);
    }

    private OptionalDouble cpu(String row, ServerKind other) {
        return results.ratio(row, XY_TOMCAT, row, other, Figures::cpu);
    }

    private OptionalDouble rate(String row) {
        return results.ratio(row, XY_TOMCAT, row, RAW, Figures::perSecond);
    }

    private OptionalDouble writes(String row) {
        return results.median(row, XY_TOMCAT).stream()
                .mapToDouble(Figures::writes)
                .findFirst();
    }

    private OptionalDouble heap(ServerKind kind) {
        return number(IdleRow.heap(kind));
    }

    private OptionalDouble number(String name) {
        return results.number(name);
    }
}
