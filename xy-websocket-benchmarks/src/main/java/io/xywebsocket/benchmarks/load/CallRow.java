package io.xywebsocket.benchmarks.load;

import io.xywebsocket.benchmarks.load.generator.Calls;

/** Clients call the server in a closed loop. */
record CallRow(String id, int connections, Calls.Shape shape, ServerKind... servers) implements Row {

    @Override
    public void run(Bench bench) {
        bench.rounds(
                id,
                bench.places(servers),
                (place, seconds) -> bench.load(place, connections, shape, bench.options.ramp(), seconds));
    }
}
