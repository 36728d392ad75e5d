package io.xywebsocket.benchmarks.load;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** What a soak run has seen, as lines over time, each from zero. */
final class SoakChart {

    private static final int LEFT = 150;
    private static final int WIDTH = 820;
    private static final int HEIGHT = 90;
    private static final int GAP = 26;

    private final List<Sample> samples;
    private final StringBuilder body = new StringBuilder();
    private int y = 44;

    private SoakChart(List<Sample> samples) {
        this.samples = samples;
    }

    static String of(List<Sample> samples) {
        SoakChart chart = new SoakChart(samples);
        chart.line("peers", Sample::peers);
        chart.line("MB of heap after GC", sample -> sample.heap() / 1048576.0);
        chart.line("MB in our instances", sample -> sample.own() / 1048576.0);
        chart.line("threads", Sample::threads);
        chart.line("open files", Sample::files);
        return chart.svg();
    }

    private void line(String title, ToDoubleFunction<Sample> figure) {
        double most = samples.stream().mapToDouble(figure).max().orElse(1);
        double first = samples.get(0).second();
        double span = Math.max(1, samples.get(samples.size() - 1).second() - first);
        String points = samples.stream()
                .map(sample -> String.format(
                        Locale.ROOT,
                        "%.1f,%.1f",
                        LEFT + (sample.second() - first) / span * (WIDTH - LEFT - 16),
                        y + HEIGHT - figure.applyAsDouble(sample) / most * HEIGHT))
                .collect(Collectors.joining(" "));
        body.append(String.format(
                Locale.ROOT,
                """
                <text x="%1$d" y="%2$d" text-anchor="end" fill="#222222">%3$s</text>
                <text x="%1$d" y="%4$d" text-anchor="end" fill="#57606a">at most %5$.1f</text>
                <line x1="%6$d" y1="%7$d" x2="%8$d" y2="%7$d" stroke="#d0d7de"/>
                <polyline points="%9$s" fill="none" stroke="#1a7f37" stroke-width="1.5"/>
                """,
                LEFT - 12,
                y + 20,
                title,
                y + 38,
                most,
                LEFT,
                y + HEIGHT,
                WIDTH - 16,
                points));
        y += HEIGHT + GAP;
    }

    private String svg() {
        double minutes =
                (samples.get(samples.size() - 1).second() - samples.get(0).second()) / 60;
        return String.format(
                Locale.ROOT,
                """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %1$d %2$d" width="%1$d" height="%2$d" font-family="sans-serif" font-size="13">
                <rect width="100%%" height="100%%" fill="#ffffff"/>
                <text x="16" y="26" font-size="16" font-weight="bold" fill="#222222">The server over %3$.0f minutes of peers that come, go, call and misbehave</text>
                %4$s</svg>
                """,
                WIDTH,
                y,
                minutes,
                body);
    }
}
