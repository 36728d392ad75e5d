package io.xywebsocket.benchmarks.load;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/** All that has been measured, row by row. */
final class Results {

    private final Map<String, Map<ServerKind, List<Figures>>> rows = new LinkedHashMap<>();
    private final Map<String, Double> numbers = new LinkedHashMap<>();

    void add(String row, ServerKind server, Figures figures) {
        rows.computeIfAbsent(row, key -> new EnumMap<>(ServerKind.class))
                .computeIfAbsent(server, key -> new ArrayList<>())
                .add(figures);
    }

    /** A number that is no per-message figure. */
    void put(String name, double number) {
        numbers.put(name, number);
    }

    OptionalDouble number(String name) {
        Double number = numbers.get(name);
        return number == null ? OptionalDouble.empty() : OptionalDouble.of(number);
    }

    List<ServerKind> servers(String row) {
        return rows.containsKey(row) ? List.copyOf(rows.get(row).keySet()) : List.of();
    }

    /** What ratios in this row refer to. */
    ServerKind raw(String row) {
        return servers(row).stream()
                .filter(server -> server.program.equals("raw"))
                .findFirst()
                .orElse(ServerKind.RAW);
    }

    List<String> rows() {
        return List.copyOf(rows.keySet());
    }

    /** The median of each figure over the rounds. */
    Optional<Figures> median(String row, ServerKind server) {
        List<Figures> all = rows.getOrDefault(row, Map.of()).getOrDefault(server, List.of());
        return all.isEmpty() ? Optional.empty() : Optional.of(medians(all));
    }

    /** The median of each figure. */
    static Figures medians(List<Figures> all) {
        return new Figures(
                median(all, Figures::perSecond),
                median(all, Figures::user),
                median(all, Figures::system),
                median(all, Figures::allocated),
                median(all, Figures::writes),
                median(all, Figures::p50),
                median(all, Figures::p99),
                median(all, Figures::p999));
    }

    private static double median(List<Figures> all, ToDoubleFunction<Figures> figure) {
        return median(all.stream().map(figure::applyAsDouble).toList());
    }

    static double median(List<Double> all) {
        double[] sorted = all.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** How much one number is of another. */
    OptionalDouble ratio(String name, String other) {
        return numbers.containsKey(name) && numbers.containsKey(other)
                ? OptionalDouble.of(numbers.get(name) / numbers.get(other))
                : OptionalDouble.empty();
    }

    /** How much one median is of another, in rows that may differ. */
    OptionalDouble ratio(
            String row, ServerKind server, String otherRow, ServerKind other, ToDoubleFunction<Figures> figure) {
        Optional<Figures> ours = median(row, server);
        Optional<Figures> theirs = median(otherRow, other);
        return ours.isPresent() && theirs.isPresent()
                ? OptionalDouble.of(figure.applyAsDouble(ours.get()) / figure.applyAsDouble(theirs.get()))
                : OptionalDouble.empty();
    }
}
