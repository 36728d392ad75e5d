package io.xywebsocket.benchmarks.load;

import io.xywebsocket.benchmarks.load.generator.Deliveries;
import io.xywebsocket.benchmarks.load.generator.Tally;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The server sends events of a size to everybody: so many at once, and the next ones when all have arrived. A message is one event
 * that has reached one client.
 */
record BroadcastRow(String id, int connections, int atOnce, int size, ServerKind... servers) implements Row {

    @Override
    public void run(Bench bench) {
        var places = bench.places(servers);
        bench.rounds(id, places, (place, seconds) -> broadcast(bench, place, seconds));
        places.forEach(place -> place.crowd().shrinkTo(64));
    }

    private Figures broadcast(Bench bench, Bench.Place place, double seconds) {
        Tally tally = new Tally();
        Deliveries deliveries = new Deliveries(place.server().target(), tally);
        var clients = place.crowd().of(connections);
        place.crowd().shrinkTo(connections);
        bench.generator.run(() -> deliveries.listen(clients));
        String command = "broadcast " + atOnce + " 1000 " + Payloads.eventNoteLength(size);
        bench.awaitPeers(place.server(), connections);
        send(bench, place, deliveries, command);
        Figures.Reading before = Figures.Reading.of(place.server());
        bench.generator.ask(tally::take);
        long end = System.nanoTime() + (long) (seconds * 1e9);
        while (System.nanoTime() < end) {
            send(bench, place, deliveries, command);
        }
        return Figures.between(before, Figures.Reading.of(place.server()), bench.generator.ask(tally::take));
    }

    private void send(Bench bench, Bench.Place place, Deliveries deliveries, String command) {
        var arrival = bench.generator.ask(() -> deliveries.expect((long) connections * atOnce));
        place.server().ask(command);
        try {
            arrival.get(20, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException(
                    place.server().kind + ": events are missing, " + bench.generator.ask(deliveries::received)
                            + " came",
                    e);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
