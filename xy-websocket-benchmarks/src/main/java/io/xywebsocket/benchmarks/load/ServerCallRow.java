package io.xywebsocket.benchmarks.load;

import io.xywebsocket.benchmarks.load.generator.Answers;
import io.xywebsocket.benchmarks.load.generator.Tally;

/** The server calls its clients, beside clients that call the raw server as deep. */
record ServerCallRow(String id, int depth, boolean batch, ServerKind... servers) implements Row {

    private static final int CONNECTIONS = 64;

    @Override
    public void run(Bench bench) {
        bench.rounds(
                id,
                bench.places(servers),
                (place, seconds) -> place.server().kind.program.equals("raw")
                        ? bench.load(place, CONNECTIONS, Payloads.calls(depth, batch), bench.options.ramp(), seconds)
                        : calls(bench, place, seconds));
    }

    private Figures calls(Bench bench, Bench.Place place, double seconds) {
        int note = Payloads.noteLength(Payloads.SMALL);
        Tally tally = new Tally();
        var answers = new Answers(Payloads.item(10, note).length(), batch, tally);
        place.crowd().shrinkTo(CONNECTIONS); // the server calls everybody
        var clients = place.crowd().of(CONNECTIONS);
        bench.generator.run(() -> clients.forEach(client -> client.play(answers)));
        bench.awaitPeers(place.server(), CONNECTIONS);
        place.server().ask("call " + depth + " " + note);
        Bench.sleep(bench.options.ramp());
        Figures figures = bench.measure(place.server(), tally, seconds);
        long failures = place.server().askNumber("stop");
        Bench.sleep(0.1);
        bench.await("every answer was right: " + failures + " were not", () -> failures == 0, tally);
        return figures;
    }
}
