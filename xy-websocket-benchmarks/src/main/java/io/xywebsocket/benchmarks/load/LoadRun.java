package io.xywebsocket.benchmarks.load;

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
        run(options);
        System.exit(0);
    }

    static Results run(Options options) {
        try (Bench bench = new Bench(options)) {
            for (Row row : Rows.all()) {
                if (options.wants(row)) {
                    bench.say(row.id());
                    row.run(bench);
                    System.out.println(Tables.table(bench.results, row.id()));
                }
            }
            bench.say("done");
            return bench.results;
        }
    }
}
