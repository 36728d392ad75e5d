package io.xywebsocket.benchmarks.load;

import io.xywebsocket.benchmarks.load.generator.Calls;
import java.util.List;

/** The same calls from few and from many connections. */
record GrowthRow(String id, int few, int many, ServerKind... servers) implements Row {

    @Override
    public void run(Bench bench) {
        Calls.Shape shape = Payloads.calls(1, true);
        List<Bench.Place> places = bench.places(servers);
        for (int round = 0; round <= bench.options.rounds(); round++) {
            for (Bench.Place place : places) {
                for (int connections : new int[] {few, many}) {
                    Figures figures =
                            bench.load(place, connections, shape, bench.options.ramp(), bench.options.seconds());
                    if (round > 0) {
                        bench.results.add(id + "-" + connections, place.server().kind, figures);
                    }
                }
            }
        }
        places.forEach(place -> place.crowd().shrinkTo(64));
    }
}
