package io.xywebsocket.spring.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;

/** What belongs to the served script; how it is served is in the tests against real servers. */
class ServedScriptTests {

    private static final Path SOURCE = Path.of("..", "xy-websocket-js", "src", "xy-websocket.js");

    @Test
    void theMinifiedScriptIsMadeFromTheSourceOfThisBuild() throws IOException, NoSuchAlgorithmException {
        String source = Files.readString(SOURCE).replace("\r\n", "\n");
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(source.getBytes(StandardCharsets.UTF_8));

        assertThat(firstLine())
                .as("run \"npm run minify\" in xy-websocket-js")
                .endsWith(" of source " + HexFormat.of().formatHex(hash).substring(0, 16) + " */");
    }

    private static String firstLine() throws IOException {
        try (InputStream file = ServedScriptTests.class.getResourceAsStream("/io/xywebsocket/js/xy-websocket.min.js")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void sourceAndTypesAreBesideTheScript() {
        assertThat(ServedScript.paths("/xy-websocket.js"))
                .containsExactly("/xy-websocket.js", "/xy-websocket.src.js", "/xy-websocket.d.ts");
        assertThat(ServedScript.paths("/js/client"))
                .containsExactly("/js/client", "/js/client.src.js", "/js/client.d.ts");
        assertThat(ServedScript.paths("")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gzip",
                "GZIP",
                "x-gzip",
                "gzip, deflate, br, zstd",
                "br,gzip",
                "br;q=1.0, gzip;q=0.8, *;q=0.1",
                "gzip ; q=1",
                "gzip;q=0.001",
                "identity;q=0, gzip"
            })
    void gzipIsAccepted(String codings) {
        assertThat(acceptsGzip(codings)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "br",
                "identity",
                "gzip;q=0",
                "gzip; q=0.000",
                "gzip;q=0, br",
                "br, gzip;q=0.0 , deflate",
                "gzipped",
                "notgzip",
                "*"
            })
    void gzipIsNotAccepted(String codings) {
        assertThat(acceptsGzip(codings)).isFalse();
    }

    @Test
    void severalHeadersAreOneList() {
        assertThat(acceptsGzip("br", "gzip")).isTrue();
        assertThat(acceptsGzip()).isFalse();
    }

    private static boolean acceptsGzip(String... codings) {
        MockHttpServletRequest request = new MockHttpServletRequest();
        for (String each : codings) {
            request.addHeader("Accept-Encoding", each);
        }
        return ScriptHandler.acceptsGzip(request);
    }
}
