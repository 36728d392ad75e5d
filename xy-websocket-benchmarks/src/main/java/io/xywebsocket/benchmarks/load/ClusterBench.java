package io.xywebsocket.benchmarks.load;

import io.xywebsocket.benchmarks.load.generator.Crowd;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Clusters and what was measured with them: all that rows of the cluster run share. Used by the runner's thread. */
final class ClusterBench implements AutoCloseable {

    /** One way to do what a row is about; measures it for so many seconds. */
    record Way(String title, Nodes nodes, DoubleFunction<Figures> once) {}

    final Bench bench;
    final Comparisons comparisons = new Comparisons();
    private final Map<String, Nodes> nodes = new LinkedHashMap<>();
    private @Nullable RedisProcess redis;

    ClusterBench(Options options) {
        this.bench = new Bench(options);
    }

    /** A server without a cluster. */
    Nodes single() {
        return strangers(1);
    }

    /** One more, for more clients: to close those between the rounds would be measured with the next round. */
    Nodes large() {
        return withoutCluster("large", 1);
    }

    /** So many servers that know nothing of each other. */
    Nodes strangers(int size) {
        return withoutCluster("strangers-" + size, size);
    }

    private Nodes withoutCluster(String name, int size) {
        return nodes.computeIfAbsent(name, key -> warm(start(size, () -> bench.fresh(ServerKind.XY_SINGLE)), null));
    }

    /** A cluster of so many nodes. */
    Nodes cluster(int size) {
        String name = "nodes-" + size;
        return nodes.computeIfAbsent(name, key -> warm(freshNodes(name, size), redis()));
    }

    /** Nodes that no other row uses; the caller ends them. */
    Nodes fresh(String name, int size, String... jvm) {
        return new Nodes(freshNodes(name, size, jvm), redis());
    }

    private List<Bench.Place> freshNodes(String name, int size, String... jvm) {
        List<String> flags = new ArrayList<>(List.of(jvm));
        flags.add("-Dspring.data.redis.port=" + redis().port);
        flags.add("-Dxy.websocket.cluster.name=" + name);
        return start(size, () -> bench.fresh(ServerKind.XY_NODE, flags.toArray(String[]::new)));
    }

    /** Two nodes of Socket.IO. */
    Nodes socketIo() {
        return nodes.computeIfAbsent(
                "socket.io", name -> warm(start(2, () -> SocketIoNode.start(redis().port)), redis()));
    }

    /** All begin to start before the first one is waited for. */
    private List<Bench.Place> start(int size, Supplier<ServerProcess> server) {
        List<ServerProcess> servers = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            servers.add(server.get());
        }
        return servers.stream()
                .map(each -> new Bench.Place(each, new Crowd(bench.generator, each.target())))
                .toList();
    }

    private Nodes warm(List<Bench.Place> places, @Nullable RedisProcess counted) {
        places.forEach(bench::warmUp);
        return new Nodes(places, counted);
    }

    private RedisProcess redis() {
        RedisProcess running = redis;
        if (running == null) {
            running = new RedisProcess();
            redis = running;
        }
        return running;
    }

    /** Measures in all ways in turn, round by round; the first time is for the JIT compilers. */
    void compare(String row, List<Way> ways) {
        for (int round = 0; round <= bench.options.rounds(); round++) {
            for (Way way : ways) {
                double seconds = round == 0 ? warmup(ways) : bench.options.seconds();
                Figures figures = way.once().apply(seconds);
                bench.say(String.format(
                        Locale.ROOT, "%s: %.2f µs of CPU, p50 %.0f µs", way.title(), figures.cpu(), figures.p50()));
                if (round > 0) {
                    comparisons.add(row, way.title(), figures);
                }
            }
        }
    }

    /** The same for all ways of a row, and longer the more nodes share its messages and the processors. */
    private double warmup(List<Way> ways) {
        int nodes =
                ways.stream().mapToInt(way -> way.nodes().places.size()).max().orElseThrow();
        return bench.options.warmup() * 2 * nodes;
    }

    void put(String name, double number) {
        comparisons.put(name, number);
        bench.say(String.format(Locale.ROOT, "%s: %.2f", name, number));
    }

    /** Ends clusters that later rows don't need. */
    void end() {
        nodes.values().forEach(Nodes::close);
        nodes.clear();
    }

    @Override
    public void close() {
        end();
        bench.close();
        if (redis != null) {
            redis.close();
        }
    }
}
