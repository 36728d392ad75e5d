package io.xywebsocket.benchmarks.load;

import io.xywebsocket.benchmarks.load.generator.Tally;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One of three nodes is killed; its clients connect to the others at once, which put them into their group again. */
record Recovery(String id, int each) implements Consumer<ClusterBench> {

    static final String CONNECTED = "recovery: seconds until all are connected";
    static final String PRESENT = "recovery: seconds until presence and groups are right on all nodes";
    static final String PEAK = "recovery: cores in use at the peak, of both nodes and Redis";

    @Override
    public void accept(ClusterBench bench) {
        Nodes nodes = bench.cluster(3);
        nodes.connect(bench.bench, each);
        Nodes rest = nodes.without(nodes.last());
        CompletableFuture<Void> ended = new CompletableFuture<>();
        CompletableFuture<Double> peak = CompletableFuture.supplyAsync(() -> peak(rest, ended));
        long start = System.nanoTime();
        nodes.last().server().kill();
        nodes.last().crowd().shrinkTo(0);
        int more = each + (each + 1) / 2;
        CompletableFuture.allOf(rest.places.stream()
                        .map(place ->
                                CompletableFuture.runAsync(() -> place.crowd().of(more)))
                        .toArray(CompletableFuture[]::new))
                .join();
        double connected = (System.nanoTime() - start) / 1e9;
        for (String number : List.of("members", "hall")) {
            for (Bench.Place place : rest.places) {
                bench.bench.await(
                        place.server().kind + " has " + 2 * more + " " + number,
                        () -> place.server().askNumber(number) == 2L * more,
                        new Tally());
            }
        }
        bench.put(CONNECTED, connected);
        bench.put(PRESENT, (System.nanoTime() - start) / 1e9);
        ended.complete(null);
        bench.put(PEAK, peak.join());
    }

    /** Looks four times a second. */
    private static double peak(Nodes nodes, CompletableFuture<Void> ended) {
        double peak = 0;
        Usage before = nodes.usage();
        while (!ended.isDone()) {
            ended.copy().completeOnTimeout(null, 250, TimeUnit.MILLISECONDS).join();
            Usage after = nodes.usage();
            double cpu = after.user() + after.system() - before.user() - before.system();
            peak = Math.max(peak, cpu / ((after.nanos() - before.nanos()) / 1e9));
            before = after;
        }
        return peak;
    }
}
