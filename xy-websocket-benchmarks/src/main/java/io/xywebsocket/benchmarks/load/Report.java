package io.xywebsocket.benchmarks.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Writes what was measured into the documentation, between two marks; what people have written around them stays. */
final class Report {

    private static final String BEGIN = "<!-- load run: written by run.sh load -->";
    private static final String END = "<!-- load run: end -->";
    private static final Path TABLES = Path.of("performance.md");
    private static final Path CHART = Path.of("performance.svg");

    private Report() {}

    static void write(Results results, Options options, Path docs) {
        try {
            Files.writeString(docs.resolve(CHART), Chart.of(results));
            Path file = docs.resolve(TABLES);
            String before =
                    Files.exists(file) ? Files.readString(file) : "# Performance\n\n" + BEGIN + "\n" + END + "\n";
            int begin = before.indexOf(BEGIN);
            int end = before.indexOf(END);
            if (begin < 0 || end < begin) {
                throw new IllegalStateException(file + " has no place for the tables: " + BEGIN + " … " + END);
            }
            Files.writeString(
                    file,
                    before.substring(0, begin) + BEGIN + "\n" + text(results, options) + "\n" + before.substring(end));
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
