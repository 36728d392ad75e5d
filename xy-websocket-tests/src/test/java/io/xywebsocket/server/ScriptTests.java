package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The browser's client, as the application serves it. */
@Tag("server")
class ScriptTests {

    private static App app;

    @BeforeAll
    static void start() {
        app = App.of();
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @Test
    void isServedAsAModule() {
        HttpResponse<String> response = app.get("/xy-websocket.js");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type"))
                .get()
                .asString()
                .isEqualToIgnoringCase("text/javascript;charset=utf-8");
        assertThat(response.headers().firstValue("Cache-Control")).contains("no-cache");
        assertThat(response.body()).contains("export function connect");
    }

    @Test
    void isNotSentAgainToWhoHasIt() {
        String etag = app.get("/xy-websocket.js").headers().firstValue("ETag").orElseThrow();

        HttpResponse<String> again = app.get("/xy-websocket.js", "If-None-Match", etag);
        HttpResponse<String> other = app.get("/xy-websocket.js", "If-None-Match", "\"another\"");

        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(again.headers().firstValue("ETag")).contains(etag);
        assertThat(other.statusCode()).isEqualTo(200);
    }

    @Test
    void answersHeadWithoutTheScript() {
        HttpResponse<String> response = app.request("HEAD", "/xy-websocket.js");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEmpty();
        assertThat(response.headers().firstValueAsLong("Content-Length").orElse(0))
                .isGreaterThan(1_000);
    }

    @Test
    void takesNoOtherMethod() {
        HttpResponse<String> response = app.request("POST", "/xy-websocket.js");

        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("Allow")).contains("GET, HEAD");
    }

    @Test
    void isServedNowhereIfItsPathIsEmpty() {
        try (App without = App.with("xy.websocket.script-path=").start()) {
            assertThat(without.get("/xy-websocket.js").statusCode()).isEqualTo(404);
            without.connect().close();
        }
    }

    @Test
    void isServedWhereTheApplicationWantsIt() {
        try (App elsewhere = App.with("xy.websocket.script-path=/js/xy.js", "server.servlet.context-path=/app")
                .start()) {
            assertThat(elsewhere.get("/app/js/xy.js").statusCode()).isEqualTo(200);
            assertThat(elsewhere.get("/app/xy-websocket.js").statusCode()).isEqualTo(404);
        }
    }
}
