package io.xywebsocket.benchmarks.load;

import io.xywebsocket.benchmarks.load.generator.Connection;
import io.xywebsocket.benchmarks.load.generator.Crowd;
import io.xywebsocket.benchmarks.load.generator.Deliveries;
import io.xywebsocket.benchmarks.load.generator.Tally;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Ten peers stop reading while events of 6 KiB go to everybody, so many a second. Two servers run at the same time, one of them
 * without such peers, so that whatever else the machine does is felt by both.
 */
record StallRow(String id, int connections, int perSecond, double seconds, ServerKind kind) implements Row {

    private static final int STALLED = 10;
    private static final int BOUND = 512 * 1024; // of send-buffer-size
    private static final int SIZE = 6 * 1024;

    /** One of the two servers. */
    private record Side(ServerProcess server, Crowd healthy, Crowd stalled, Deliveries deliveries, Tally tally) {

        static Side of(Bench bench, ServerProcess server) {
            Tally tally = new Tally();
            return new Side(
                    server,
                    new Crowd(bench.generator, server.target()),
                    new Crowd(bench.generator, server.targetOfSmallSockets()),
                    new Deliveries(server.target(), tally),
                    tally);
        }

        int broadcast() {
            server.ask("broadcast 1 1000 " + Payloads.eventNoteLength(SIZE));
            return (int) server.askNumber("peers");
        }

        void close() {
            healthy.close();
            stalled.close();
        }
    }

    @Override
    public void run(Bench bench) {
        try (ServerProcess one = bench.fresh(kind);
                ServerProcess other = bench.fresh(kind)) {
            Side with = Side.of(bench, one);
            Side without = Side.of(bench, other);
            for (Side side : List.of(with, without)) {
                List<Connection> healthy = side.healthy.of(connections - STALLED);
                bench.generator.run(() -> side.deliveries.listen(healthy));
                side.stalled.of(STALLED);
                bench.awaitPeers(side.server, connections);
            }
            broadcasts(bench, with, without, Math.min(seconds, 2), -1);
            List<Connection> stalled = with.stalled.of(STALLED);
            bench.generator.run(() -> stalled.forEach(connection -> connection.reading(false)));
            broadcasts(bench, with, without, seconds, seconds / 15);
            with.close();
            without.close();
        }
    }

    private void broadcasts(Bench bench, Side with, Side without, double duration, double lookAt) {
        int events = (int) (duration * perSecond);
        for (Side side : List.of(with, without)) {
            bench.generator.run(side.tally::take);
            bench.generator.run(() -> side.deliveries.expect(Long.MAX_VALUE));
        }
        long began = System.nanoTime();
        double dropped = Double.NaN;
        List<Long> heaps = new ArrayList<>();
        for (int i = 0; i < events; i++) {
            for (Side side : List.of(with, without)) {
                Bench.sleepUntil(began + (long) ((i + (side == with ? 0 : 0.5)) * 1e9 / perSecond));
                bench.generator.run(side.deliveries::begin);
                int peers = side.broadcast();
                if (side == with && peers == connections - STALLED && Double.isNaN(dropped)) {
                    dropped = (System.nanoTime() - began) / 1e9;
                }
            }
            if (heaps.isEmpty() && lookAt > 0 && i >= lookAt * perSecond) {
                heaps.add(with.server.askNumber("heap"));
                heaps.add(without.server.askNumber("heap"));
            }
        }
        Bench.sleep(1);
        if (lookAt > 0) {
            report(bench, List.of(with, without), events, dropped, heaps);
        }
    }

    private void report(Bench bench, List<Side> sides, int events, double dropped, List<Long> heaps) {
        List<Tally.Count> counts = sides.stream()
                .map(side -> bench.generator.ask(side.tally::take))
                .toList();
        long expected = (long) events * (connections - STALLED);
        double megabytes = heaps.isEmpty() ? Double.NaN : (heaps.get(0) - heaps.get(1)) / 1048576.0;
        double p99 = p99(counts.get(0)) / p99(counts.get(1));
        bench.results.put(
                missing(id),
                2 * expected - counts.get(0).messages() - counts.get(1).messages());
        bench.results.put(slower(id), p99);
        bench.results.put(late(id), dropped - (double) BOUND / (perSecond * SIZE));
        bench.results.put(memory(id), megabytes);
        bench.say(String.format(
                Locale.ROOT,
                "%d of %d events reached healthy peers; their p99 %.2f ms, without stalls %.2f ms; dropped after %.1f s; %.1f MB more heap",
                counts.get(0).messages(),
                expected,
                p99(counts.get(0)),
                p99(counts.get(1)),
                dropped,
                megabytes));
    }

    private static double p99(Tally.Count count) {
        return count.latencies().getValueAtPercentile(99) / 1e6;
    }

    static String missing(String row) {
        return row + ": events that have not reached a healthy peer";
    }

    static String slower(String row) {
        return row + ": p99 of healthy peers, × of without";
    }

    static String late(String row) {
        return row + ": seconds between the bound and the end of the stalled peers";
    }

    static String memory(String row) {
        return row + ": MB of heap more than without, before that";
    }
}
