package io.xywebsocket.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The JavaScript client's scenarios in Node, against the starter and against a peer in the manner of the library. */
class JavaScriptInNodeTests {

    private static final Path NODE = Programs.SCENARIOS.resolve("node.js");
    private static final String OF_OURS = "{\"boom\":\"Internal error\",\"passesOn\":true}";

    private static App app;

    @RegisterExtension
    final Programs programs = new Programs();

    @BeforeAll
    static void start() {
        app = App.start();
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    private void runInNode(String url, String settings) throws InterruptedException {
        Program scenarios = programs.node(NODE, url, settings);
        int exitCode = scenarios.exitCode();
        assertThat(exitCode).as(scenarios.output()).isZero();
        assertThat(scenarios.output()).contains("ok      ");
    }

    @Test
    void allScenariosPassWithTheStarter() throws InterruptedException {
        runInNode(app.url(), OF_OURS);
    }

    @Test
    void allScenariosPassWithTheStarterAndOtherPrefixes() throws InterruptedException {
        try (App other = App.start(App.OTHER_PREFIXES)) {
            runInNode(
                    other.url(),
                    """
                    {"boom":"Internal error","passesOn":true,"prefixes":{"event":"ev:","call":"fn:","resolve":"ok:","reject":"no:"}}""");
        }
    }

    @Test
    void allScenariosPassWithAServerInTheMannerOfTheLibrary() throws InterruptedException {
        Program server = programs.node(Programs.PEER.resolve("server.js"), "0");
        runInNode("ws://127.0.0.1:" + server.awaitLine("listening", 1), "{\"boom\":\"Error: boom\"}");
    }

    @Test
    void aClientOffersWhatItHasRegisteredToTheNextServerAfterOneWasKilled() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Program client = programs.node(Programs.SCENARIOS.resolve("killed.js"), "ws://localhost:" + port + "/ws");
        for (int life = 1; life <= 3; life++) {
            Program server = programs.java(App.class, "--server.port=" + port);
            client.awaitLine("served", life);
            client.awaitLine("flying", life);
            server.kill();
            assertThat(client.awaitLine("failed", life))
                    .as(client.output())
                    .isEqualTo("503"); // at once, not in a minute
        }
    }

    @Test
    void aClientThatSaysNothingLeavesItAtTheIdleCloseUntilItCallsAgain() throws InterruptedException {
        try (App idle = App.start("xy.websocket.idle-timeout=1s")) {
            Program client = programs.node(Programs.SCENARIOS.resolve("idle.js"), idle.url());
            assertThat(client.exitCode()).as(client.output()).isZero();
            assertThat(client.output()).isEqualTo("open \nidle idle\nstayed\nconnecting \nopen \nanswer here\nclosed ");
            assertThat(idle.connected()).isEqualTo(2);
        }
    }

    /** A client that only listens, behind a proxy that passes nothing on any more. */
    private void expectSilenceToBeNoticed(int port) throws InterruptedException {
        int heartbeat = 2_000;
        Program client = programs.node(
                Programs.SCENARIOS.resolve("silence.js"), "localhost:" + port, Integer.toString(heartbeat));
        assertThat(client.exitCode()).as(client.output()).isZero();
        assertThat(client.output().replaceAll("noticed \\d+", "noticed"))
                .isEqualTo("open \nquiet\nwaiting no sign of life\nnoticed\nconnecting \nopen \nanswer here");
        assertThat(Integer.parseInt(client.awaitLine("noticed", 1))).isLessThan(2 * heartbeat + 1_000);
    }

    @Test
    void aClientThatOnlyListensNoticesThatNothingComesAnyMore() throws InterruptedException {
        expectSilenceToBeNoticed(app.port());
    }

    @Test
    void aClientThatOnlyListensNoticesItWithAServerInTheMannerOfTheLibraryToo() throws InterruptedException {
        Program server = programs.node(Programs.PEER.resolve("server.js"), "0");
        expectSilenceToBeNoticed(Integer.parseInt(server.awaitLine("listening", 1)));
    }
}
