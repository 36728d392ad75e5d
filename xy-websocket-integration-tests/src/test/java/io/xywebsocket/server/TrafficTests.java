package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyException;
import io.xywebsocket.XyPeer;
import io.xywebsocket.client.XyClient;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** The lines of io.xywebsocket.traffic, of a server and of its client. */
@Tag("server")
@ExtendWith(OutputCaptureExtension.class)
class TrafficTests {

    private static final String TRAFFIC = "io.xywebsocket.traffic";

    @AfterEach
    void reset() {
        // levels are the JVM's, not the application's
        LoggingSystem.get(TrafficTests.class.getClassLoader()).setLogLevel(TRAFFIC, null);
    }

    /** Patterns may shorten the name of the logger. */
    private static boolean isTraffic(String line) {
        return line.contains("DEBUG") && line.contains("traffic");
    }

    /** The lines with this peer, without its id and without what differs from run to run. */
    private static List<String> lines(CapturedOutput output, XyPeer peer) {
        return output.getAll()
                .lines()
                .filter(line -> isTraffic(line) && line.contains(peer.id()))
                .map(line -> line.substring(line.indexOf(peer.id()) + peer.id().length() + 1)
                        .replaceAll("bytes=[1-9]\\d*", "bytes=N")
                        .replaceAll("ms=\\d+", "ms=N"))
                .toList();
    }

    @Test
    void isLoggedOnBothSidesFrameByFrame(CapturedOutput output) {
        try (App app = App.with("logging.level." + TRAFFIC + "=debug").start(Functions.class);
                XyClient client = XyClient.builder(URI.create("ws://localhost:" + app.port() + "/ws"))
                        .build()) {
            client.handlers().register("where", String.class, text -> text);
            client.connect().join();
            await().until(() -> app.endpoint().peers().size() == 1);
            XyPeer server = client.peer().orElseThrow();
            XyPeer peer = app.endpoint().peers().stream().findFirst().orElseThrow();

            assertThat(client.await("echo", "s3cret", String.class)).isEqualTo("s3cret");
            CompletableFuture<String> unknown = client.call("none", "s3cret", String.class);
            assertThat(unknown)
                    .failsWithin(Duration.ofSeconds(10))
                    .withThrowableOfType(ExecutionException.class)
                    .withCauseInstanceOf(XyException.class);
            assertThat(peer.await("where", "s3cret", String.class)).isEqualTo("s3cret");
            app.endpoint().broadcaster().broadcast("news", "s3cret");
            await().until(() -> lines(output, server).size() == 7);

            assertThat(lines(output, peer))
                    .containsExactly(
                            "in call 'echo' id=\"1\" bytes=N",
                            "out answer 'echo' id=\"1\" bytes=N status=200 ms=N",
                            "in call 'none' id=\"2\" bytes=N",
                            "out rejection 'none' id=\"2\" bytes=N status=404 ms=N",
                            "out call 'where' id=\"1\" bytes=N",
                            "in answer 'where' id=\"1\" bytes=N status=200 ms=N",
                            "out event 'news' bytes=N");
            assertThat(lines(output, server))
                    .containsExactly(
                            "out call 'echo' id=\"1\" bytes=N",
                            "in answer 'echo' id=\"1\" bytes=N status=200 ms=N",
                            "out call 'none' id=\"2\" bytes=N",
                            "in rejection 'none' id=\"2\" bytes=N status=404 ms=N",
                            "in call 'where' id=\"1\" bytes=N",
                            "out answer 'where' id=\"1\" bytes=N status=200 ms=N",
                            "in event 'news' bytes=N");
            assertThat(output.getAll()).doesNotContain("s3cret");
        }
    }

    @Test
    void isNotLoggedUnlessAsked(CapturedOutput output) {
        try (App app = App.of(Functions.class);
                RawClient client = app.connect()) {
            assertThat(client.call("echo", "1").next()).endsWith("\"p\":1}");
            assertThat(output.getAll().lines()).noneMatch(TrafficTests::isTraffic);
        }
    }
}
