package io.xywebsocket.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The sample on three nodes, as {@code three-nodes.sh} starts it, which is controlled by what that prints. */
final class ThreeNodes implements AutoCloseable {

    private static final Path SAMPLE = Path.of("..", "xy-websocket-sample");
    private static final Duration START = Duration.ofSeconds(120);
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Pattern ADDRESS = Pattern.compile("One town on three nodes: (http://localhost:\\d+)");
    private static final Pattern NODE =
            Pattern.compile(" {2}node (\\w) {2}pid (\\d+) {2}(http://localhost:\\d+) {2}log (.*)");

    /** A node as it was last started. */
    record Node(String name, long pid, String address, Path log) {

        URI socket() {
            return URI.create(address.replace("http", "ws") + "/ws");
        }

        /** Whether it is the one that moves couriers for all. */
        boolean movesTheTown() {
            try {
                return Files.readString(log).contains("Node " + name + " moves the town now");
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        /** kill -9. */
        void kill() {
            assertThat(ProcessHandle.of(pid).map(ProcessHandle::destroyForcibly))
                    .contains(true);
        }
    }

    private final List<String> output = new CopyOnWriteArrayList<>();
    private final Process process;

    private ThreeNodes(Process process) {
        this.process = process;
        Thread reader = new Thread(this::read, "output of three-nodes.sh");
        reader.setDaemon(true);
        reader.start();
    }

    /** Skips the test where there is no redis-server, unless {@code xy.test.redis} is {@code required}. */
    static ThreeNodes start() throws IOException {
        boolean required = "required".equals(System.getProperty("xy.test.redis"));
        assumeTrue(required || isOnPath("redis-server"), "redis-server is not installed");
        List<Path> jars;
        try (Stream<Path> files = Files.list(SAMPLE.resolve("target"))) {
            jars = files.filter(file -> file.toString().endsWith("-exec.jar")).toList();
        }
        assumeTrue(required || !jars.isEmpty(), "the sample's jar is not built");
        assertThat(jars).as("the sample's jar").hasSize(1);
        ThreeNodes town = new ThreeNodes(new ProcessBuilder(
                        "bash",
                        SAMPLE + "/three-nodes.sh",
                        "--port",
                        "0",
                        "--jar",
                        jars.get(0).toString())
                .redirectErrorStream(true)
                .start());
        try {
            await().atMost(START)
                    .until(() ->
                            town.output.stream().anyMatch(line -> line.contains("Ctrl-C")) || !town.process.isAlive());
            assertThat(town.process.isAlive()).as("%s", town.output).isTrue();
        } catch (Throwable e) {
            town.process.destroy();
            throw e;
        }
        return town;
    }

    private static boolean isOnPath(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line; (line = lines.readLine()) != null; ) {
                output.add(line);
            }
        } catch (IOException e) {
            output.add("ended: " + e);
        }
    }

    private Stream<MatchResult> find(Pattern pattern) {
        return output.stream().flatMap(line -> pattern.matcher(line).results());
    }

    /** The proxy's, which leads to any node. */
    String address() {
        return find(ADDRESS).findFirst().orElseThrow().group(1) + "/";
    }

    URI socket() {
        return URI.create(address().replace("http", "ws") + "ws");
    }

    Node node(String name) {
        return find(NODE)
                .filter(node -> node.group(1).equals(name))
                .map(node -> new Node(name, Long.parseLong(node.group(2)), node.group(3), Path.of(node.group(4))))
                .reduce((earlier, later) -> later)
                .orElseThrow();
    }

    /** Waits until one of these nodes moves the town. */
    Node awaitMover(String... names) {
        await().atMost(SOON).until(() -> Stream.of(names).map(this::node).anyMatch(Node::movesTheTown));
        return Stream.of(names)
                .map(this::node)
                .filter(Node::movesTheTown)
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() throws Exception {
        process.destroy(); // which ends the nodes and Redis as well
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(Stream.of("a", "b", "c")
                        .map(this::node)
                        .map(Node::pid)
                        .flatMap(pid -> ProcessHandle.of(pid).stream()))
                .noneMatch(ProcessHandle::isAlive);
    }
}
