package io.xywebsocket.benchmarks.load;

import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What was measured, as Markdown. */
final class Tables {

    private static final String HEAD =
            """
            | server | per second | CPU µs (user + system) | × raw | bytes allocated | writes | p50 µs | p99 µs | p99.9 µs |
            | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
            """;

    private static final String IDLE_HEAD =
            """

            **idle**

            | server | KiB of heap a connection | of these instances of our classes |
            | --- | ---: | ---: |
            """;

    private Tables() {}

    /** One table for each row. */
    static String of(Results results) {
        return results.rows().stream().map(row -> table(results, row)).collect(Collectors.joining("\n"))
                + idle(results);
    }

    private static String idle(Results results) {
        String lines = Stream.of(ServerKind.values())
                .filter(server -> results.number(IdleRow.heap(server)).isPresent())
                .map(server -> String.format(
                        Locale.ROOT,
                        "| %s | %.1f | %.2f |%n",
                        server.title,
                        results.number(IdleRow.heap(server)).getAsDouble(),
                        results.number(IdleRow.own(server)).getAsDouble()))
                .collect(Collectors.joining());
        return lines.isEmpty() ? "" : IDLE_HEAD + lines;
    }

    static String table(Results results, String row) {
        return "**" + row + "**\n\n" + HEAD
                + results.servers(row).stream()
                        .map(server -> line(results, row, server))
                        .collect(Collectors.joining())
                + comparison(results, row);
    }

    private static String comparison(Results results, String row) {
        return Stream.concat(
                        results.servers(row).stream()
                                .filter(ServerKind::isBefore)
                                .map(before -> comparison(results, row, before.now(), before, "before")),
                        Stream.of(comparison(results, row, ServerKind.XY_NETTY, ServerKind.NETTY, "bare Netty")))
                .collect(Collectors.joining());
    }

    private static String comparison(Results results, String row, ServerKind server, ServerKind other, String title) {
        return results.ratio(row, server, row, other, Figures::cpu).stream()
                .mapToObj(ratio -> String.format(Locale.ROOT, "%nCPU of %s: %.3f × %s%n", server.title, ratio, title))
                .collect(Collectors.joining());
    }

    private static String line(Results results, String row, ServerKind server) {
        Figures figures = results.median(row, server).orElseThrow();
        String ratio = results.ratio(row, server, row, results.raw(row), Figures::cpu).stream()
                .mapToObj(value -> String.format(Locale.ROOT, "%.2f", value))
                .findFirst()
                .orElse("");
        return String.format(
                Locale.ROOT,
                "| %s | %,.0f | %.2f (%.2f + %.2f) | %s | %,.0f | %.3f | %s |%n",
                server.title,
                figures.perSecond(),
                figures.cpu(),
                figures.user(),
                figures.system(),
                ratio,
                figures.allocated(),
                figures.writes(),
                figures.p50() == 0
                        ? " | | "
                        : String.format(
                                Locale.ROOT, "%,.0f | %,.0f | %,.0f", figures.p50(), figures.p99(), figures.p999()));
    }
}
