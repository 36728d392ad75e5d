package io.xywebsocket.benchmarks.load;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** Figures of several ways to do the same, row by row; the others are compared with the first. */
final class Comparisons {

    private static final String HEAD =
            """
            | | per second | CPU µs (user + system) | × first | p50 µs | p99 µs |
            | --- | ---: | ---: | ---: | ---: | ---: |
            """;

    private final Map<String, Map<String, List<Figures>>> rows = new LinkedHashMap<>();
    private final Map<String, Double> numbers = new LinkedHashMap<>();

    void add(String row, String way, Figures figures) {
        rows.computeIfAbsent(row, key -> new LinkedHashMap<>())
                .computeIfAbsent(way, key -> new ArrayList<>())
                .add(figures);
    }

    void put(String name, double number) {
        numbers.put(name, number);
    }

    OptionalDouble number(String name) {
        Double number = numbers.get(name);
        return number == null ? OptionalDouble.empty() : OptionalDouble.of(number);
    }

    /** A figure of the n-th way. */
    OptionalDouble figure(String row, int way, ToDoubleFunction<Figures> figure) {
        return median(row, way).stream().mapToDouble(figure).findFirst();
    }

    /** The ratio of a figure of the n-th way to that of the first. */
    OptionalDouble ratio(String row, int way, ToDoubleFunction<Figures> figure) {
        OptionalDouble first = figure(row, 0, figure);
        OptionalDouble other = figure(row, way, figure);
        return first.isPresent() && other.isPresent()
                ? OptionalDouble.of(other.getAsDouble() / first.getAsDouble())
                : OptionalDouble.empty();
    }

    private Optional<Figures> median(String row, int way) {
        List<List<Figures>> ways = List.copyOf(rows.getOrDefault(row, Map.of()).values());
        return way < ways.size() ? Optional.of(Results.medians(ways.get(way))) : Optional.empty();
    }

    boolean has(String row) {
        return rows.containsKey(row);
    }

    /** All tables. */
    String tables() {
        return rows.keySet().stream().map(this::table).collect(Collectors.joining("\n"));
    }

    String table(String row) {
        StringBuilder text = new StringBuilder("**" + row + "**\n\n" + HEAD);
        List<String> ways = List.copyOf(rows.getOrDefault(row, Map.of()).keySet());
        for (int i = 0; i < ways.size(); i++) {
            text.append(line(
                    ways.get(i),
                    median(row, i).orElseThrow(),
                    ratio(row, i, Figures::cpu).orElseThrow()));
        }
        return text.toString();
    }

    private static String line(String way, Figures figures, double ratio) {
        return String.format(
                Locale.ROOT,
                "| %s | %,.0f | %.2f (%.2f + %.2f) | %.2f | %s |%n",
                way,
                figures.perSecond(),
                figures.cpu(),
                figures.user(),
                figures.system(),
                ratio,
                figures.p50() == 0 ? " | " : String.format(Locale.ROOT, "%,.0f | %,.0f", figures.p50(), figures.p99()));
    }
}
