package io.xywebsocket.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The JavaScript client's scenarios in Node, against the starter and against a peer in the manner of the library. The programs wait most of
 * their time, so all but those of a server that is killed run at once, and each test looks at what has become of its own.
 */
class JavaScriptInNodeTests {

    private static final Path NODE = Programs.SCENARIOS.resolve("node.js");
    private static final String OF_OURS = "{\"boom\":\"Internal error\",\"passesOn\":true}";
    private static final int HEARTBEAT = 2_000;

    private static final Programs AT_ONCE = new Programs();

    private static App app;
    private static App otherPrefixes;
    private static App quiet;
    private static App idle;

    private static Program scenarios;
    private static Program scenariosWithOtherPrefixes;
    private static Program scenariosInTheMannerOfTheLibrary;
    private static Program leftIdle;
    private static Program silence;
    private static Program silenceInTheMannerOfTheLibrary;

    @RegisterExtension
    final Programs programs = new Programs();

    @BeforeAll
    static void start() {
        app = App.start();
        otherPrefixes = App.start(App.OTHER_PREFIXES);
        quiet = App.start();
        idle = App.start("xy.websocket.idle-timeout=1s");

        scenarios = AT_ONCE.node(NODE, app.url(), OF_OURS);
        scenariosWithOtherPrefixes = AT_ONCE.node(
                NODE,
                otherPrefixes.url(),
                """
                {"boom":"Internal error","passesOn":true,"prefixes":{"event":"ev:","call":"fn:","resolve":"ok:","reject":"no:"}}""");
        scenariosInTheMannerOfTheLibrary = AT_ONCE.node(NODE, "ws://" + library(), "{\"boom\":\"Error: boom\"}");
        leftIdle = AT_ONCE.node(Programs.SCENARIOS.resolve("idle.js"), idle.url());
        silence = silenceOf("localhost:" + quiet.port());
        silenceInTheMannerOfTheLibrary = silenceOf(library());
    }

    /** The address of a server of its own. */
    private static String library() {
        return "127.0.0.1:"
                + AT_ONCE.node(Programs.PEER.resolve("server.js"), "0").awaitLine("listening", 1);
    }

    /** A client that only listens, behind a proxy that passes nothing on any more. */
    private static Program silenceOf(String server) {
        return AT_ONCE.node(Programs.SCENARIOS.resolve("silence.js"), server, Integer.toString(HEARTBEAT));
    }

    @AfterAll
    static void stop() {
        AT_ONCE.kill();
        for (App each : new App[] {app, otherPrefixes, quiet, idle}) {
            if (each != null) {
                each.close();
            }
        }
    }

    private static void expectToPass(Program program) throws InterruptedException {
        int exitCode = program.exitCode();
        assertThat(exitCode).as(program.output()).isZero();
        assertThat(program.output()).contains("ok      ");
    }

    @Test
    void allScenariosPassWithTheStarter() throws InterruptedException {
        expectToPass(scenarios);
    }

    @Test
    void allScenariosPassWithTheStarterAndOtherPrefixes() throws InterruptedException {
        expectToPass(scenariosWithOtherPrefixes);
    }

    @Test
    void allScenariosPassWithAServerInTheMannerOfTheLibrary() throws InterruptedException {
        expectToPass(scenariosInTheMannerOfTheLibrary);
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
        assertThat(leftIdle.exitCode()).as(leftIdle.output()).isZero();
        assertThat(leftIdle.output()).isEqualTo("open \nidle idle\nstayed\nconnecting \nopen \nanswer here\nclosed ");
        assertThat(idle.connected()).isEqualTo(2);
    }

    private static void expectSilenceToBeNoticed(Program client) throws InterruptedException {
        assertThat(client.exitCode()).as(client.output()).isZero();
        assertThat(client.output().replaceAll("noticed \\d+", "noticed"))
                .isEqualTo("open \nquiet\nwaiting no sign of life\nnoticed\nconnecting \nopen \nanswer here");
        assertThat(Integer.parseInt(client.awaitLine("noticed", 1))).isLessThan(2 * HEARTBEAT + 1_000);
    }

    @Test
    void aClientThatOnlyListensNoticesThatNothingComesAnyMore() throws InterruptedException {
        expectSilenceToBeNoticed(silence);
    }

    @Test
    void aClientThatOnlyListensNoticesItWithAServerInTheMannerOfTheLibraryToo() throws InterruptedException {
        expectSilenceToBeNoticed(silenceInTheMannerOfTheLibrary);
    }
}
