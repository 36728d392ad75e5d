package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.xywebsocket.spring.XyScript;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The JavaScript client, as the application serves it. */
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
        assertThat(response.body()).startsWith("/*! xy-websocket-js ").contains("export function connect");
    }

    @Test
    void isSmallOnTheWire() throws IOException {
        HttpResponse<byte[]> compressed = app.download("/xy-websocket.js", "Accept-Encoding", "gzip, deflate, br");

        assertThat(compressed.headers().allValues("Content-Encoding")).containsExactly("gzip");
        assertThat(varies(compressed)).contains("accept-encoding");
        assertThat(compressed.headers().firstValueAsLong("Content-Length")).hasValue(compressed.body().length);
        assertThat(compressed.body().length).isLessThan(5_200);
        assertThat(unzip(compressed.body()))
                .isEqualTo(app.get("/xy-websocket.js").body());
    }

    @Test
    void isPlainForWhoTakesNoGzip() {
        HttpResponse<String> plain = app.get("/xy-websocket.js", "Accept-Encoding", "br, gzip;q=0");

        assertThat(plain.headers().firstValue("Content-Encoding")).isEmpty();
        assertThat(varies(plain)).contains("accept-encoding");
        assertThat(plain.body()).contains("export function connect");
    }

    @Test
    void theContainerCompressesItNoSecondTime() throws IOException {
        try (App compressing = App.with(
                        "server.compression.enabled=true",
                        "server.compression.min-response-size=1",
                        "server.compression.mime-types=text/javascript,text/plain")
                .start()) {
            for (String path : new String[] {"/xy-websocket.js", "/xy-websocket.src.js", "/xy-websocket.d.ts"}) {
                HttpResponse<byte[]> compressed = compressing.download(path, "Accept-Encoding", "gzip");

                assertThat(compressed.headers().allValues("Content-Encoding")).containsExactly("gzip");
                assertThat(unzip(compressed.body()))
                        .isEqualTo(compressing.get(path).body());
                String etag = compressed.headers().firstValue("ETag").orElseThrow();
                assertThat(compressing
                                .get(path, "Accept-Encoding", "gzip", "If-None-Match", etag)
                                .statusCode())
                        .isEqualTo(304);
            }
        }
    }

    @Test
    void isKeptForAYearUnderItsVersionedPath() {
        String path = app.bean(XyScript.class).versionedPath();
        assertThat(path).matches("/xy-websocket\\.js\\?v=[0-9a-f]{12}");

        HttpResponse<String> response = app.get(path);

        assertThat(response.headers().allValues("Cache-Control"))
                .containsExactly("public, max-age=31536000, immutable");
        assertThat(response.body()).isEqualTo(app.get("/xy-websocket.js").body());
        String etag = response.headers().firstValue("ETag").orElseThrow();
        assertThat(app.get(path, "If-None-Match", etag).statusCode()).isEqualTo(304);
        assertThat(etag).contains(path.substring(path.indexOf('=') + 1)); // as documented
    }

    @Test
    void isNotKeptUnderThePathOfAnotherVersion() {
        for (String query : new String[] {"?v=000000000000", "?v=", "?", "?w=1"}) {
            HttpResponse<String> response = app.get("/xy-websocket.js" + query);

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().allValues("Cache-Control")).containsExactly("no-cache");
            assertThat(response.body()).contains("export function connect");
        }
    }

    @Test
    void sourceAndTypesAreBesideIt() {
        HttpResponse<String> source = app.get("/xy-websocket.src.js");
        HttpResponse<String> types = app.get("/xy-websocket.d.ts");

        assertThat(source.headers().firstValue("Content-Type")).get().asString().startsWith("text/javascript");
        assertThat(source.body()).contains("class Connection {");
        assertThat(types.headers().firstValue("Content-Type")).get().asString().startsWith("text/plain");
        assertThat(types.body()).contains("export function connect<Api extends XyApi");
        assertThat(types.headers().firstValue("Cache-Control")).contains("no-cache");
    }

    private static String unzip(byte[] compressed) throws IOException {
        try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
            return new String(gzip.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String varies(HttpResponse<?> response) {
        return String.join(",", response.headers().allValues("Vary")).toLowerCase(Locale.ROOT);
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
            assertThat(without.get("/xy-websocket.d.ts").statusCode()).isEqualTo(404);
            assertThat(without.context().getBeansOfType(XyScript.class)).isEmpty();
            without.connect().close();
        }
    }

    @Test
    void isServedWhereTheApplicationWantsIt() {
        try (App elsewhere = App.with("xy.websocket.script-path=/js/xy.js", "server.servlet.context-path=/app")
                .start()) {
            assertThat(elsewhere.get("/app/js/xy.js").statusCode()).isEqualTo(200);
            assertThat(elsewhere.get("/app/js/xy.src.js").statusCode()).isEqualTo(200);
            assertThat(elsewhere.get("/app/js/xy.d.ts").statusCode()).isEqualTo(200);
            XyScript script = elsewhere.bean(XyScript.class);
            assertThat(script.path()).isEqualTo("/js/xy.js");
            assertThat(elsewhere.get("/app" + script.versionedPath()).headers().firstValue("Cache-Control"))
                    .get()
                    .asString()
                    .endsWith("immutable");
            assertThat(elsewhere.get("/app/xy-websocket.js").statusCode()).isEqualTo(404);
        }
    }
}
