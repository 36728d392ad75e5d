package io.xywebsocket.benchmarks.load;

import io.xywebsocket.benchmarks.load.generator.Tally;
import io.xywebsocket.benchmarks.load.generator.Visits;

/** Clients come at a steady rate, make one call and go. A message is one such visit. */
record ChurnRow(String id, int perSecond, ServerKind... servers) implements Row {

    @Override
    public void run(Bench bench) {
        bench.rounds(id, bench.places(servers), (place, seconds) -> visits(bench, place, seconds));
    }

    private Figures visits(Bench bench, Bench.Place place, double seconds) {
        Tally tally = new Tally();
        String payload = Payloads.item(10, Payloads.noteLength(Payloads.SMALL));
        Visits visits = new Visits(bench.generator, place.server().target(), perSecond, payload, tally);
        bench.generator.everyMillisecond(visits);
        Bench.sleep(bench.options.ramp());
        Figures figures = bench.measure(place.server(), tally, seconds);
        bench.generator.stopTicking();
        bench.await(
                place.server().kind + ": everybody has gone", () -> bench.generator.ask(visits::present) == 0, tally);
        return figures;
    }
}
