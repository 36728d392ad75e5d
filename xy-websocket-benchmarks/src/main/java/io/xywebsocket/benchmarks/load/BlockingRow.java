package io.xywebsocket.benchmarks.load;

import io.xywebsocket.benchmarks.load.generator.PacedCalls;
import io.xywebsocket.benchmarks.load.generator.Tally;
import java.util.List;

/** Calls at a steady rate without and with a share of them whose handler blocks for 50 ms: what the others feel of it. */
record BlockingRow(String id, int perSecond, ServerKind... servers) implements Row {

    static final String WITHOUT = "-without";
    static final String WITH = "-with";
    private static final int SHARE = 100;

    @Override
    public void run(Bench bench) {
        List<Bench.Place> places = bench.places(servers);
        for (int round = 0; round <= bench.options.rounds(); round++) {
            for (Bench.Place place : places) {
                Figures without = calls(bench, place, new PacedCalls.Pace(perSecond, 0));
                Figures with = calls(bench, place, new PacedCalls.Pace(perSecond, SHARE));
                if (round > 0) {
                    bench.results.add(id + WITHOUT, place.server().kind, without);
                    bench.results.add(id + WITH, place.server().kind, with);
                }
            }
        }
    }

    private Figures calls(Bench bench, Bench.Place place, PacedCalls.Pace pace) {
        Tally tally = new Tally();
        PacedCalls calls =
                new PacedCalls(pace, Payloads.calls(1, false), place.server().target(), tally);
        var clients = place.crowd().of(64);
        bench.generator.run(() -> calls.start(clients));
        bench.generator.everyMillisecond(calls);
        Bench.sleep(bench.options.ramp());
        Figures figures = bench.measure(place.server(), tally, bench.options.seconds());
        bench.generator.run(calls::stop);
        bench.await("every call is answered", () -> bench.generator.ask(tally::outstanding) == 0, tally);
        bench.generator.stopTicking();
        return figures;
    }
}
