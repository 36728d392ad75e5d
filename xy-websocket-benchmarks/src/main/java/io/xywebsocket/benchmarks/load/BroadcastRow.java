package io.xywebsocket.benchmarks.load;

import io.xywebsocket.benchmarks.load.generator.Deliveries;
import io.xywebsocket.benchmarks.load.generator.Tally;
import java.util.List;
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
        bench.rounds(id, places, (place, seconds) -> {
            place.crowd().shrinkTo(connections);
            return broadcast(bench, new Nodes(place), connections, atOnce, size, seconds);
        });
        places.forEach(place -> place.crowd().shrinkTo(64));
    }

    /** Events from the first of the nodes, or from each one if they are no cluster, to so many clients at each. */
    static Figures broadcast(Bench bench, Nodes nodes, int connections, int atOnce, int size, double seconds) {
        Tally tally = new Tally();
        Deliveries deliveries = new Deliveries(nodes.first().server().target(), tally);
        var clients = nodes.connect(bench, connections);
        bench.generator.run(() -> deliveries.listen(clients));
        String command = "broadcast " + atOnce + " 1000 " + Payloads.eventNoteLength(size);
        long count = (long) clients.size() * atOnce;
        send(bench, nodes.senders(), deliveries, count, command);
        Figures.Reading before = nodes.reading();
        bench.generator.ask(tally::take);
        long end = System.nanoTime() + (long) (seconds * 1e9);
        while (System.nanoTime() < end) {
            send(bench, nodes.senders(), deliveries, count, command);
        }
        return Figures.between(before, nodes.reading(), bench.generator.ask(tally::take));
    }

    /** Has servers send events, and waits until so many have arrived. */
    static void send(Bench bench, List<ServerProcess> servers, Deliveries deliveries, long count, String command) {
        var arrival = bench.generator.ask(() -> deliveries.expect(count));
        servers.forEach(server -> server.ask(command));
        try {
            arrival.get(20, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException(
                    servers.get(0).kind + ": events are missing, " + bench.generator.ask(deliveries::received)
                            + " came",
                    e);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
