package io.xywebsocket.benchmarks.load;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What was asked for.
 *
 * @param rows    only these rows; "calls" stands for all whose names begin with "calls-"; empty for all
 * @param servers only these servers; empty for all
 * @param rounds  how often each server is measured in each row
 * @param seconds how long each time
 * @param warmup  how many seconds each server is warmed up before its first row
 * @param before  where the jars of an earlier build of ours are; null for no comparison
 * @param jvm     the flags of every server's JVM
 * @param docs    the directory that gets the table and the chart; null for none
 */
record Options(
        List<String> rows,
        Set<ServerKind> servers,
        int rounds,
        double seconds,
        double warmup,
        @Nullable Path before,
        List<String> jvm,
        @Nullable Path docs) {

    private static final Options DEFAULTS =
            new Options(List.of(), Set.of(), 5, 0.75, 5.0, null, List.of("-Xms512m", "-Xmx1g", "-XX:+UseG1GC"), null);

    static final String USAGE =
            """
            --rows=calls-d16,broadcast  "calls" for all of "calls-…"             --servers=xy-tomcat,raw  only these servers
            --rounds=5 --seconds=0.75   of each server in each row              --warmup=5               seconds, for each server
            --before=DIRECTORY          measures xy-before and such too: the jars of core and autoconfigure there, or built in that checkout
            --jvm="-Xmx1g …"            flags of the servers' JVMs              --docs=DIRECTORY         writes performance.md and .svg
            """;

    static Options parse(String... arguments) {
        Options options = DEFAULTS;
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            if (!argument.startsWith("--") || equals < 0) {
                throw new IllegalArgumentException("Unknown: " + argument + "\n" + USAGE);
            }
            options = options.with(argument.substring(2, equals), argument.substring(equals + 1));
        }
        return options;
    }

    private Options with(String name, String value) {
        return switch (name) {
            case "rows" -> new Options(list(value), servers, rounds, seconds, warmup, before, jvm, docs);
            case "servers" -> new Options(rows, kinds(value), rounds, seconds, warmup, before, jvm, docs);
            case "rounds" -> new Options(rows, servers, Integer.parseInt(value), seconds, warmup, before, jvm, docs);
            case "seconds" -> new Options(rows, servers, rounds, Double.parseDouble(value), warmup, before, jvm, docs);
            case "warmup" -> new Options(rows, servers, rounds, seconds, Double.parseDouble(value), before, jvm, docs);
            case "before" -> new Options(rows, servers, rounds, seconds, warmup, Path.of(value), jvm, docs);
            case "jvm" ->
                new Options(
                        rows,
                        servers,
                        rounds,
                        seconds,
                        warmup,
                        before,
                        List.of(value.trim().split("\\s+")),
                        docs);
            case "docs" -> new Options(rows, servers, rounds, seconds, warmup, before, jvm, Path.of(value));
            default -> throw new IllegalArgumentException("Unknown: --" + name + "\n" + USAGE);
        };
    }

    private static List<String> list(String value) {
        return Arrays.asList(value.split(","));
    }

    private static Set<ServerKind> kinds(String value) {
        return list(value).stream().map(ServerKind::of).collect(Collectors.toCollection(HashSet::new));
    }

    /** How many seconds a row runs on each server before its first round. */
    double rehearsal() {
        return warmup / 7;
    }

    /** How many seconds a load goes on before it is measured. */
    double ramp() {
        return Math.min(0.2, seconds / 6);
    }

    boolean wants(Named row) {
        return rows.isEmpty() || rows.stream().anyMatch(row::isCalled);
    }

    boolean wants(ServerKind kind) {
        if (kind.isBefore() && before == null) {
            return false;
        }
        return servers.isEmpty() || servers.contains(kind) || servers.contains(kind.now());
    }
}
