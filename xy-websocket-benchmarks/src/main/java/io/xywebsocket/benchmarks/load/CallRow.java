package io.xywebsocket.benchmarks.load;

import io.xywebsocket.benchmarks.load.generator.Calls;
import java.util.List;

/** Clients call the server in a closed loop. */
record CallRow(String id, int connections, Calls.Shape shape, ServerKind... servers) implements Row {

    private static final double RAMP = 0.2;

    @Override
    public void run(Bench bench) {
        List<Bench.Place> places = bench.places(servers);
        for (int round = 0; round <= bench.options.rounds(); round++) {
            for (Bench.Place place : places) {
                if (round == 0) { // for the JIT compiler to see this row's shape
                    bench.load(place, connections, shape, bench.options.warmup() / 6, 0);
                } else {
                    Figures figures = bench.load(place, connections, shape, RAMP, bench.options.seconds());
                    bench.results.add(id, place.server().kind, figures);
                }
            }
        }
        places.forEach(place -> place.crowd().shrinkTo(64));
    }
}
