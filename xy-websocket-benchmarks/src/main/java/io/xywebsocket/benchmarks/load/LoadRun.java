package io.xywebsocket.benchmarks.load;

import java.util.List;

/** Measures all servers side by side; see docs/performance.md. */
final class LoadRun {

    private LoadRun() {}

    public static void main(String[] arguments) {
        Options options;
        try {
            options = Options.parse(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        Results results = run(options, Rows.all());
        System.out.println(Checks.table(results));
        if (options.docs() != null) {
            Report.write(results, options, options.docs());
        }
        System.exit(0);
    }

    static Results run(Options options, List<Row> rows) {
        try (Bench bench = new Bench(options)) {
            for (Row row : rows) {
                if (options.wants(row)) {
                    bench.say(row.id());
                    List<String> before = bench.results.rows();
                    row.run(bench);
                    bench.results.rows().stream()
                            .filter(name -> !before.contains(name))
                            .forEach(name -> System.out.println(Tables.table(bench.results, name)));
                }
            }
            bench.say("done");
            return bench.results;
        }
    }
}
