package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A server whose heap is smaller than what peers without a login could make it hold. */
@Tag("server")
class SmallHeapTests {

    private static final String HEAP = System.getProperty("xy.test.small-heap", "96m");
    private static final int ATTACKERS = Integer.getInteger("xy.test.attackers", 110);

    /** The server: writes its port, and ends with its standard input. */
    public static void main(String[] arguments) throws IOException {
        try (App app = App.of(Functions.class)) {
            System.out.println("PORT=" + app.port());
            while (System.in.read() >= 0) {
                // whoever started it is there still
            }
        }
    }

    private static Process start() throws IOException {
        return new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-Xmx" + HEAP,
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-Dxy.test.server=" + System.getProperty("xy.test.server", "tomcat"),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        SmallHeapTests.class.getName())
                .redirectErrorStream(true)
                .start();
    }

    private static int port(BufferedReader output) throws IOException {
        for (String line; (line = output.readLine()) != null; ) {
            if (line.startsWith("PORT=")) {
                return Integer.parseInt(line.substring("PORT=".length()));
            }
        }
        throw new AssertionError("the server has not started");
    }

    private static void drain(BufferedReader output) {
        Thread drain = new Thread(() -> output.lines().forEach(line -> {}), "drain");
        drain.setDaemon(true);
        drain.start();
    }

    @Test
    void outlivesPeersThatBeginLargeMessagesAndStop() throws Exception {
        Process server = start();
        List<RawClient> attackers = new ArrayList<>();
        try {
            BufferedReader output = server.inputReader(StandardCharsets.UTF_8);
            int port = port(output);
            drain(output);
            byte[] fragment = ("{\"e\":\"c.echo\",\"p\":\"" + "x".repeat(900_000)).getBytes(StandardCharsets.US_ASCII);
            try (RawClient bystander = Handshake.to(port).open()) {
                for (int i = 0; i < ATTACKERS; i++) {
                    RawClient attacker = Handshake.to(port).open();
                    attackers.add(attacker);
                    try {
                        attacker.frame(RawClient.TEXT, fragment);
                    } catch (UncheckedIOException closed) {
                        // it has been closed before all was sent
                    }
                    assertThat(bystander.call("echo", "" + i).next()).endsWith("\"p\":" + i + "}");
                }
                await().atMost(Duration.ofSeconds(20))
                        .until(() -> attackers.stream().anyMatch(each -> !each.isOpen()));
                assertThat(attackers)
                        .filteredOn(each -> !each.isOpen())
                        .hasSizeGreaterThan(ATTACKERS / 2)
                        .allSatisfy(each -> assertThat(each.closing().code()).isIn(1013, 1006));
                assertThat(bystander.call("echo", "\"still\"").next()).endsWith("\"p\":\"still\"}");
            }
            server.getOutputStream().close();
            assertThat(server.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(server.exitValue()).isZero();
        } finally {
            attackers.forEach(RawClient::vanish);
            server.destroyForcibly();
        }
    }
}
