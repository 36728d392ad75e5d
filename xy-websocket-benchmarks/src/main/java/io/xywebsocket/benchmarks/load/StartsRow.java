package io.xywebsocket.benchmarks.load;

import io.xywebsocket.benchmarks.load.generator.Calls;
import io.xywebsocket.benchmarks.load.generator.Crowd;
import io.xywebsocket.benchmarks.load.generator.Tally;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * Fresh JVMs under full load at depth 16, one after the other. The JIT compiler decides anew in each of them: shown are the slowest
 * one after some time, and after how many calls a server is as fast as it will be.
 */
record StartsRow(String id, int starts, double seconds, ServerKind... servers) implements Row {

    private static final double WINDOW = 0.25;
    private static final double NEAR = 1.5;

    @Override
    public void run(Bench bench) {
        bench.wanted(servers).forEach(kind -> measure(bench, kind));
    }

    private void measure(Bench bench, ServerKind kind) {
        List<Double> figures = new ArrayList<>();
        List<Double> calls = new ArrayList<>();
        for (int start = 0; start < starts; start++) {
            try (ServerProcess server = bench.fresh(kind);
                    Crowd crowd = new Crowd(bench.generator, server.target())) {
                measure(bench, server, crowd, figures, calls);
            }
        }
        double slowest = Collections.max(figures) / Results.median(figures);
        bench.results.put(slowest(kind), slowest);
        bench.results.put(settled(kind), Results.median(calls));
        bench.say(String.format(
                Locale.ROOT,
                "%s: CPU µs a call after %.0f s %s, slowest %.2f × median; calls until settled %s",
                kind.title,
                seconds,
                figures.stream()
                        .map(each -> String.format(Locale.ROOT, "%.2f", each))
                        .toList(),
                slowest,
                calls.stream()
                        .map(each -> String.format(Locale.ROOT, "%,.0f", each))
                        .toList()));
    }

    private void measure(
            Bench bench, ServerProcess server, Crowd crowd, List<Double> figures, List<Double> settledAfter) {
        Tally tally = new Tally();
        Calls calls = new Calls(Payloads.calls(16, true), crowd.target(), tally);
        var clients = crowd.of(64);
        bench.generator.run(() -> calls.start(clients));
        List<Figures> windows = new ArrayList<>();
        for (double at = 0; at < seconds; at += WINDOW) {
            windows.add(bench.measure(server, tally, WINDOW));
        }
        double settled = bench.measure(server, tally, 1).cpu();
        bench.generator.run(calls::stop);
        bench.await(
                server.kind + ": every call is answered", () -> bench.generator.ask(tally::outstanding) == 0, tally);
        figures.add(settled);
        double count = 0;
        for (Figures window : windows) {
            if (window.cpu() <= NEAR * settled) {
                break;
            }
            count += window.perSecond() * WINDOW;
        }
        settledAfter.add(count);
    }

    static String slowest(ServerKind kind) {
        return "starts, slowest × median: " + kind.title;
    }

    static String settled(ServerKind kind) {
        return "starts, calls until within 1.5 × of the settled figure: " + kind.title;
    }
}
