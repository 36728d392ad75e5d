package io.xywebsocket.benchmarks.load;

import static io.xywebsocket.benchmarks.load.ServerKind.NETTY;
import static io.xywebsocket.benchmarks.load.ServerKind.RAW;
import static io.xywebsocket.benchmarks.load.ServerKind.RAW_DEFLATE;
import static io.xywebsocket.benchmarks.load.ServerKind.RAW_JETTY;
import static io.xywebsocket.benchmarks.load.ServerKind.SOCKET_IO;
import static io.xywebsocket.benchmarks.load.ServerKind.STOMP;
import static io.xywebsocket.benchmarks.load.ServerKind.XY_BEFORE;
import static io.xywebsocket.benchmarks.load.ServerKind.XY_BEFORE_DEFLATE;
import static io.xywebsocket.benchmarks.load.ServerKind.XY_BEFORE_JETTY;
import static io.xywebsocket.benchmarks.load.ServerKind.XY_DEFLATE;
import static io.xywebsocket.benchmarks.load.ServerKind.XY_JETTY;
import static io.xywebsocket.benchmarks.load.ServerKind.XY_LARGE;
import static io.xywebsocket.benchmarks.load.ServerKind.XY_NETTY;
import static io.xywebsocket.benchmarks.load.ServerKind.XY_TOMCAT;

import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the figures should be. */
final class Checks {

    static final String HEAD = "| what | figure | must | aim | reached |\n| --- | ---: | ---: | ---: | --- |\n";

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
        return lines.isEmpty() ? "" : HEAD + lines;
    }

    private List<Check> calls() {
        return List.of(
                before("call, depth 16, batched", "calls-d16-batch", 0.65),
                raw("call, depth 16, batched", "calls-d16-batch", 0.75, 0.45),
                before("call, depth 16, each by itself", "calls-d16-single", 0.75),
                raw("call, depth 16, each by itself", "calls-d16-single", 0.75, 0.65),
                Check.atLeast(
                        "call, depth 16, batched: calls per second × before",
                        results.ratio("calls-d16-batch", XY_TOMCAT, "calls-d16-batch", XY_BEFORE, Figures::perSecond),
                        1.5,
                        1.5),
                Check.atLeast("call, depth 16, batched: calls per second × raw", rate("calls-d16-batch"), 1.4, 2.2),
                before("call, depth 1", "calls-d1", 0.85),
                raw("call, depth 1", "calls-d1", 1.15, 0.85),
                before("call, 4 KiB text, depth 4", "calls-4k-d4", 0.45),
                raw("call, 4 KiB text, depth 4", "calls-4k-d4", 1.3, 0.4),
                raw("call, 4 KiB text, depth 4, each by itself", "calls-4k-d4-single", 1.3, 1.1),
                before("call, forty records, depth 4", "calls-4k-lines-d4", 0.6),
                raw("call, forty records, depth 4", "calls-4k-lines-d4", 1.3, 0.65),
                Check.atMost("call, depth 16: CPU × Spring STOMP", cpu("calls-d16-batch", STOMP), 0.2, 0.12),
                Check.atMost("call, depth 16: CPU × netty-socketio", cpu("calls-d16-batch", SOCKET_IO), 0.6, 0.4),
                Check.atMost("call, depth 1: CPU × netty-socketio", cpu("calls-d1", SOCKET_IO), 1.5, 1),
                Check.atMost("call, 4 KiB text: CPU × netty-socketio", cpu("calls-4k-d4", SOCKET_IO), 1.5, 1),
                Check.atMost("call, depth 16, batched: writes per answer", writes("calls-d16-batch"), 0.15, 0.08),
                Check.atMost(
                        "call, depth 16, each by itself: writes per answer", writes("calls-d16-single"), 0.15, 0.08),
                against("Jetty: call, depth 16", "calls-jetty-d16", XY_JETTY, XY_BEFORE_JETTY, "before", 0.6, 0.6),
                against("Jetty: call, depth 16", "calls-jetty-d16", XY_JETTY, RAW_JETTY, "raw", 1, 0.55),
                Check.atMost(
                        "Jetty: call, depth 16: writes per answer", writes("calls-jetty-d16", XY_JETTY), 0.15, 0.08),
                against("engine over Netty, depth 16", "calls-d16-batch", XY_NETTY, NETTY, "bare Netty", 4, 3),
                against("engine over Netty, depth 1", "calls-d1", XY_NETTY, NETTY, "bare Netty", 2, 1.5));
    }

    private List<Check> others() {
        return List.of(
                before("server calls client, depth 16", "server-calls-d16", 0.75),
                raw("server calls client, depth 16", "server-calls-d16", 0.9, 0.5),
                before("server calls client, depth 1", "server-calls-d1", 0.85),
                raw("server calls client, depth 1", "server-calls-d1", 1.15, 0.9),
                before("events in", "events-in", 0.7),
                raw("events in", "events-in", 1.15, 1),
                before("broadcast to 1,000", "broadcast-1000", 0.9),
                raw("broadcast to 1,000", "broadcast-1000", 0.95, 0.8),
                before("broadcast of 4 KiB to 1,000", "broadcast-4k-1000", 0.5),
                raw("broadcast of 4 KiB to 1,000", "broadcast-4k-1000", 0.95, 0.35),
                against(
                        "broadcast of 4 KiB to 1,000, compressed",
                        "broadcast-4k-deflate-1000",
                        XY_DEFLATE,
                        XY_BEFORE_DEFLATE,
                        "before",
                        0.15,
                        0.15),
                against(
                        "broadcast of 4 KiB to 1,000, compressed",
                        "broadcast-4k-deflate-1000",
                        XY_DEFLATE,
                        RAW_DEFLATE,
                        "raw",
                        0.95,
                        0.05),
                raw("broadcast to 5,000", "broadcast-5000", 0.95, 0.75),
                raw("broadcasts that queue up", "broadcast-1000-burst", 0.95, 0.5),
                before("churn", "churn-1000", 0.9),
                raw("churn", "churn-1000", 1, 0.7),
                against("Jetty: churn", "churn-jetty-1000", XY_JETTY, XY_BEFORE_JETTY, "before", 0.6, 0.6),
                against("Jetty: churn", "churn-jetty-1000", XY_JETTY, RAW_JETTY, "raw", 1.15, 1),
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
                        1.1),
                Check.atMost("ten starts of the JVM: slowest × median", number(StartsRow.slowest(XY_TOMCAT)), 1.3, 1.1),
                Check.atMost(
                        "calls until settled × before",
                        results.ratio(StartsRow.settled(XY_TOMCAT), StartsRow.settled(XY_BEFORE)),
                        0.5,
                        0.5),
                Check.atMost("calls until settled", number(StartsRow.settled(XY_TOMCAT)), 1_000_000, 300_000));
    }

    private List<Check> idle() {
        return List.of(
                Check.atMost("idle: KiB of our own", results.number(OwnHeapRow.NUMBER), 4, 2),
                Check.atMost("idle: KiB in all, Tomcat", heap(XY_TOMCAT), 30, 20),
                Check.atMost("idle: KiB in all, Tomcat with max-message-size 4 MB", heap(XY_LARGE), 30, 20),
                Check.atMost("idle: KiB in all, Jetty", heap(XY_JETTY), 14, 11));
    }

    private List<Check> stalls() {
        return Stream.of("stall-100", "stall-1000")
                .flatMap(row -> Stream.of(
                        Check.atMost(row + ": events missed by healthy peers", number(StallRow.missing(row)), 0, 0),
                        Check.atMost(row + ": p99 × without", number(StallRow.slower(row)), 1.2, 1.05),
                        Check.atMost(row + ": dropped, seconds behind the bound", number(StallRow.late(row)), 1, 1),
                        Check.atMost(
                                row + ": MB of heap more", number(StallRow.memory(row)), MEMORY_BOUND, MEMORY_BOUND)))
                .toList();
    }

    private Check before(String what, String row, double bound) {
        return against(what, row, XY_TOMCAT, XY_BEFORE, "before", bound, bound);
    }

    private Check raw(String what, String row, double must, double aim) {
        return against(what, row, XY_TOMCAT, RAW, "raw", must, aim);
    }

    private Check against(
            String what, String row, ServerKind server, ServerKind other, String title, double must, double aim) {
        return Check.atMost(what + ": CPU × " + title, results.ratio(row, server, row, other, Figures::cpu), must, aim);
    }

    private OptionalDouble cpu(String row, ServerKind other) {
        return results.ratio(row, XY_TOMCAT, row, other, Figures::cpu);
    }

    private OptionalDouble rate(String row) {
        return results.ratio(row, XY_TOMCAT, row, RAW, Figures::perSecond);
    }

    private OptionalDouble writes(String row) {
        return writes(row, XY_TOMCAT);
    }

    private OptionalDouble writes(String row, ServerKind server) {
        return results.median(row, server).stream().mapToDouble(Figures::writes).findFirst();
    }

    private OptionalDouble heap(ServerKind kind) {
        return number(IdleRow.heap(kind));
    }

    private OptionalDouble number(String name) {
        return results.number(name);
    }
}
