package io.xywebsocket.benchmarks.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Writes what was measured into the documentation, between two marks; what people have written around them stays. */
final class Report {

    private static final Path TABLES = Path.of("performance.md");
    private static final Path CHART = Path.of("performance.svg");

    private Report() {}

    static void write(Results results, Options options, Path docs) {
        try {
            Files.writeString(docs.resolve(CHART), Chart.of(results));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        write("load", text(results, options), docs.resolve(TABLES));
    }

    static void write(Comparisons results, Options options, Path docs) {
        String text = "\n" + circumstances(options) + "\n\n" + ClusterChecks.table(results) + "\n" + results.tables();
        write("cluster", text, docs.resolve(TABLES));
    }

    private static void write(String run, String text, Path file) {
        String begin = "<!-- " + run + " run: written by run.sh " + run + " -->";
        String end = "<!-- " + run + " run: end -->";
        try {
            String before =
                    Files.exists(file) ? Files.readString(file) : "# Performance\n\n" + begin + "\n" + end + "\n";
            int beginsAt = before.indexOf(begin);
            int endsAt = before.indexOf(end);
            if (beginsAt < 0 || endsAt < beginsAt) {
                throw new IllegalStateException(file + " has no place for the tables: " + begin + " … " + end);
            }
            Files.writeString(
                    file, before.substring(0, beginsAt) + begin + "\n" + text + "\n" + before.substring(endsAt));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String text(Results results, Options options) {
        return "\n" + circumstances(options) + "\n\n![CPU per message](" + CHART + ")\n\n" + Checks.table(results)
                + "\n" + Tables.of(results);
    }

    private static String processor() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).trim())
                    .findFirst()
                    .orElse("Unknown processor");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String circumstances(Options options) {
        return processor() + ", Java " + Runtime.version().feature() + ", "
                + Runtime.getRuntime().availableProcessors()
                + " cores for servers and generator together, servers with `" + String.join(" ", options.jvm())
                + "`; medians of " + options.rounds() + " rounds of " + options.seconds() + " s.";
    }
}
