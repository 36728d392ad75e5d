package io.xywebsocket.benchmarks.load;

import java.util.Locale;
import java.util.OptionalDouble;

/**
 * A figure and what it should be.
 *
 * @param figure  empty if its row was not measured
 * @param must    the bound
 * @param aim     what would be good
 * @param atLeast whether more is better
 */
record Check(String what, OptionalDouble figure, double must, double aim, boolean atLeast) {

    static Check atMost(String what, OptionalDouble figure, double must, double aim) {
        return new Check(what, figure, must, aim, false);
    }

    static Check atLeast(String what, OptionalDouble figure, double must, double aim) {
        return new Check(what, figure, must, aim, true);
    }

    /** As a line of a Markdown table. */
    String line() {
        String sign = atLeast ? "≥ " : "≤ ";
        return "| " + what + " | " + format(figure.getAsDouble()) + " | " + sign + format(must) + " | " + sign
                + format(aim) + " | " + verdict() + " |\n";
    }

    private String verdict() {
        double value = figure.getAsDouble();
        if (reaches(value, aim)) {
            return "aim";
        }
        return reaches(value, must) ? "must" : "**missed**";
    }

    private boolean reaches(double value, double bound) {
        return atLeast ? value >= bound : value <= bound;
    }

    private static String format(double value) {
        return value == Math.rint(value)
                ? String.format(Locale.ROOT, "%.0f", value)
                : String.format(Locale.ROOT, Math.abs(value) < 10 ? "%.2f" : "%.1f", value);
    }
}
