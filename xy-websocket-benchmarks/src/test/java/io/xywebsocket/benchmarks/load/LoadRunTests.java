package io.xywebsocket.benchmarks.load;

import static io.xywebsocket.benchmarks.load.ServerKind.JACKSON;
import static io.xywebsocket.benchmarks.load.ServerKind.NETTY;
import static io.xywebsocket.benchmarks.load.ServerKind.RAW;
import static io.xywebsocket.benchmarks.load.ServerKind.RAW_DEFLATE;
import static io.xywebsocket.benchmarks.load.ServerKind.SOCKET_IO;
import static io.xywebsocket.benchmarks.load.ServerKind.STOMP;
import static io.xywebsocket.benchmarks.load.ServerKind.XY_DEFLATE;
import static io.xywebsocket.benchmarks.load.ServerKind.XY_JETTY;
import static io.xywebsocket.benchmarks.load.ServerKind.XY_NETTY;
import static io.xywebsocket.benchmarks.load.ServerKind.XY_TOMCAT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A little of everything: whether it still runs, not how fast. */
class LoadRunTests {

    private static final Options BRIEFLY = Options.parse(
            "--rounds=1", "--seconds=0.1", "--warmup=0.1", "--jvm=-Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1");

    @TempDir
    Path docs;

    @BeforeEach
    void needsLinux() {
        assumeTrue(Files.exists(Path.of("/proc/self/io")));
    }

    @Test
    @Timeout(180)
    void everyServerAnswersRightAndIsMeasured() {
        ServerKind[] everybody = {XY_TOMCAT, XY_JETTY, XY_NETTY, RAW, JACKSON, STOMP, SOCKET_IO, NETTY};
        ServerKind[] handlers = {XY_TOMCAT, XY_JETTY, XY_NETTY, RAW};
        List<Row> rows = List.of(
                new CallRow("calls", 4, Payloads.calls(2, true), everybody),
                new CallRow("large", 4, Payloads.calls(Payloads.LARGE, 2, false), everybody),
                new CallRow("orders", 4, Payloads.orders(Payloads.LARGE, 2, false), XY_TOMCAT),
                new CallRow("events", 4, Payloads.events(3, true), handlers),
                new ServerCallRow("server-calls", 2, true, handlers),
                new BroadcastRow(
                        "broadcast",
                        10,
                        2,
                        Payloads.SMALL,
                        XY_TOMCAT,
                        XY_JETTY,
                        XY_NETTY,
                        RAW,
                        STOMP,
                        SOCKET_IO,
                        NETTY),
                new BroadcastRow("compressed", 10, 2, Payloads.LARGE, XY_DEFLATE, RAW_DEFLATE),
                new ChurnRow("churn", 100, handlers),
                new GrowthRow("growth", 2, 20, XY_TOMCAT));

        Results results = LoadRun.run(BRIEFLY, rows);

        assertThat(results.rows()).hasSize(10).allSatisfy(row -> assertThat(results.servers(row))
                .isNotEmpty()
                .allSatisfy(server -> assertMeasured(results.median(row, server).orElseThrow())));
        assertThat(results.servers("calls")).containsExactlyInAnyOrder(everybody);
    }

    private static void assertMeasured(Figures figures) {
        assertThat(figures.perSecond()).isPositive();
        assertThat(figures.allocated()).isPositive();
        assertThat(figures.writes()).isPositive();
    }

    @Test
    void theReportKeepsWhatPeopleWroteAroundIt() throws Exception {
        Results results = new Results();
        for (ServerKind server : List.of(XY_TOMCAT, RAW)) {
            double cpu = server == RAW ? 10 : 4;
            results.add("calls-d16-batch", server, new Figures(1000, cpu, 0, 100, 0.1, 1, 2, 3));
        }
        Report.write(results, BRIEFLY, docs);
        Path file = docs.resolve("performance.md");
        Files.writeString(file, Files.readString(file) + "By hand.\n");
        Report.write(results, BRIEFLY, docs);

        assertThat(file)
                .content()
                .startsWith("# Performance\n")
                .endsWith("By hand.\n")
                .containsOnlyOnce("| call, depth 16, batched: CPU × raw | 0.40 | ≤ 0.75 | ≤ 0.45 | aim |");
        assertThat(docs.resolve("performance.svg")).content().contains("raw echo on Tomcat");
    }
}
