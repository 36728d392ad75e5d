package io.xywebsocket.benchmarks.load;

import java.util.List;
import java.util.Locale;

/** CPU per message as bars, one group for each of the rows that most servers are in. */
final class Chart {

    private static final int LEFT = 190;
    private static final int WIDTH = 820;
    private static final int BAR = 18;
    private static final int GAP = 6;

    /** A row and what the chart calls it. */
    private record Group(String row, String title) {}

    private static final List<Group> GROUPS = List.of(
            new Group("calls-d16-batch", "Calls of 100 B, 64 connections, 16 at a time each"),
            new Group("calls-d1", "Calls of 100 B, 64 connections, one at a time each"),
            new Group("calls-4k-d4", "Calls of 4 KiB, 64 connections, 4 at a time each"),
            new Group("broadcast-1000", "Events to 1,000 clients, for each delivery"));

    private final Results results;
    private final StringBuilder body = new StringBuilder();
    private int y = 44;

    private Chart(Results results) {
        this.results = results;
    }

    static String of(Results results) {
        Chart chart = new Chart(results);
        GROUPS.stream().filter(group -> !results.servers(group.row()).isEmpty()).forEach(chart::group);
        return chart.svg();
    }

    private String svg() {
        return String.format(
                """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %1$d %2$d" width="%1$d" height="%2$d" font-family="sans-serif" font-size="13">
                <rect width="100%%" height="100%%" fill="#ffffff"/>
                <text x="16" y="26" font-size="16" font-weight="bold" fill="#222222">CPU of the server for each message, in µs; less is better</text>
                %3$s</svg>
                """,
                WIDTH, y + 8, body);
    }

    private void group(Group group) {
        List<ServerKind> servers = results.servers(group.row());
        double most =
                servers.stream().mapToDouble(server -> cpu(group, server)).max().orElse(1);
        y += 24;
        text(16, y - 8, "start", "bold", group.title());
        for (ServerKind server : servers) {
            double cpu = cpu(group, server);
            long width = Math.max(1, Math.round(cpu / most * (WIDTH - LEFT - 80)));
            String colour = server.program.startsWith("xy") ? "#1a7f37" : "#8c959f";
            text(LEFT - 8, y + 14, "end", "normal", server.title);
            body.append(String.format(
                    "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"/>%n", LEFT, y, width, BAR, colour));
            text(LEFT + width + 6, y + 14, "start", "normal", String.format(Locale.ROOT, "%.1f", cpu));
            y += BAR + GAP;
        }
        y += 12;
    }

    private double cpu(Group group, ServerKind server) {
        return results.median(group.row(), server).orElseThrow().cpu();
    }

    private void text(long x, int atY, String anchor, String weight, String text) {
        body.append(String.format(
                "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\" font-weight=\"%s\" fill=\"#222222\">%s</text>%n",
                x, atY, anchor, weight, text));
    }
}
