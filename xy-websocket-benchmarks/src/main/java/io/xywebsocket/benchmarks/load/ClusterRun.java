package io.xywebsocket.benchmarks.load;

import java.util.List;

/** Measures several nodes beside one, and beside Socket.IO; see docs/performance.md. */
final class ClusterRun {

    private ClusterRun() {}

    public static void main(String[] arguments) {
        Options options;
        try {
            options = Options.parse(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        if (!RedisProcess.isInstalled()) {
            System.err.println("The cluster run needs redis-server");
            System.exit(2);
        }
        Comparisons results = run(options, ClusterRows.all());
        System.out.println(ClusterChecks.table(results));
        if (options.docs() != null) {
            Report.write(results, options, options.docs());
        }
        System.exit(0);
    }

    static Comparisons run(Options options, List<ClusterRow> rows) {
        try (ClusterBench bench = new ClusterBench(options)) {
            for (ClusterRow row : rows) {
                if (options.wants(row)) {
                    bench.bench.say(row.id());
                    row.measurement().accept(bench);
                    if (bench.comparisons.has(row.id())) {
                        System.out.println(bench.comparisons.table(row.id()));
                    }
                }
            }
            bench.bench.say("done");
            return bench.comparisons;
        }
    }
}
