package io.xywebsocket.interop;

import static org.assertj.core.api.Assertions.assertThat;

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
}
