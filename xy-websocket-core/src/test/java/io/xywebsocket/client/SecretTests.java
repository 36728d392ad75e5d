package io.xywebsocket.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.xywebsocket.XyNotConnectedException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Nothing that a client logs or throws shows a header's value, a password or a query. */
class SecretTests extends WithClients {

    private static final String SECRET = "S3CRET";

    private final Logger logger = (Logger) LoggerFactory.getLogger("io.xywebsocket");
    private final RawServer server = server();

    @BeforeEach
    void logEverything() {
        logger.setLevel(Level.ALL);
    }

    @AfterEach
    void logAsEver() {
        logger.setLevel(null);
    }

    private static String trace(Throwable thrown) {
        StringWriter trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace, true));
        return trace.toString();
    }

    /** Fails three times; returns what the last failure says. */
    private String failing(XyClientBuilder builder) {
        try (Log log = new Log()) {
            XyClient client = client(builder.maxTries(3).waitForConnection(true));
            var retries = retries(client);
            CompletableFuture<Integer> call = client.call("add", Integer.class);
            Throwable gaveUp = failure(client.connect());
            assertThat(gaveUp).isInstanceOf(XyNotConnectedException.class);
            assertThat(log.lines(Level.INFO)).isNotEmpty();
            assertThat(String.join("\n", log.lines(Level.ALL)) + log.traces()).doesNotContain(SECRET);
            assertThat(trace(gaveUp) + trace(failure(call))).doesNotContain(SECRET);
            assertThat(retries).hasSize(2).allSatisfy(retry -> assertThat(trace(retry.cause()))
                    .doesNotContain(SECRET));
            assertThat(client.toString()).doesNotContain(SECRET);
            return trace(gaveUp);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", " \t\n", "\u2003"})
    void trimsTokensAndHeaders(String end) {
        connect(builder(server)
                .header("X-Key", end + "k1" + end)
                .headers(() -> Map.of("X-More", "m1" + end))
                .token(() -> end + "t1" + end));
        RawServer.Request request = server.requests().get(0);
        assertThat(request.header("Authorization")).isEqualTo("Bearer t1");
        assertThat(request.header("X-Key")).isEqualTo("k1");
        assertThat(request.header("X-More")).isEqualTo("m1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\nX-Other: ", "\u0000", "\u007f", "\u2026"})
    void refusesWhatNoHeaderMayHaveByItsName(String unfit) {
        String value = SECRET + unfit + SECRET;
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder(server).header("X-Key", value))
                .withMessageContaining("X-Key")
                .withMessageNotContaining(SECRET)
                .withNoCause();
        assertThat(failing(builder(server).headers(() -> Map.of("X-Key", value))))
                .contains("'X-Key'");
        assertThat(failing(builder(server).token(() -> value))).contains("'Authorization'");
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void refusesOtherHeadersByTheirNames() {
        Map<String, String> nothing = new HashMap<>();
        nothing.put("X-Key", null);
        assertThat(failing(builder(server).headers(() -> nothing))).contains("'X-Key' has no value");
        for (String name : new String[] {"Connection", "Sec-WebSocket-Key", "a b", ""}) {
            assertThat(failing(builder(server).headers(() -> Map.of(name, SECRET))))
                    .contains(name);
        }
    }

    @Test
    void doesNotPassOnWhatAnotherMakerOfConnectionsSaysOfAValue() {
        WebSocket.Builder real = HttpClient.newHttpClient().newWebSocketBuilder();
        WebSocket.Builder strict = new Delegating(real) {
            @Override
            public WebSocket.Builder header(String name, String value) {
                throw new IllegalArgumentException("not allowed: " + value);
            }
        };
        assertThat(failing(builder(server).header("X-Key", SECRET).webSockets(() -> strict)))
                .contains("'X-Key'");
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 500})
    void doesNotShowWhatStandsInTheAddress(int status) {
        server.manner(RawServer.refuse(status));
        String address = "ws://" + SECRET + ":" + SECRET + "@localhost:" + server.port() + "/ws;k=" + SECRET
                + "?access_token=" + SECRET;
        failing(builder(URI.create(address)));
        server.close();
        failing(builder(URI.create(address)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ws://S3CRET:S3CRET@under_score/ws?access_token=S3CRET",
                "http://S3CRET@localhost/ws?S3CRET",
                "ws://localhost/ws#S3CRET",
                "ws:S3CRET",
                "/ws;S3CRET?S3CRET"
            })
    void refusesAnAddressWithoutItsSecrets(String address) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> XyClient.builder(URI.create(address)))
                .withMessageNotContaining(SECRET);
    }

    @Test
    void aSubProtocolThatIsATokenIsNotShown() {
        server.manner(RawServer.welcome("xy, xy.bearer." + SECRET));
        assertThat(failing(builder(server).subProtocols("xy", "xy.bearer." + SECRET)))
                .contains("Unexpected subprotocol: xy, xy.bearer.…");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder(server).subProtocols("a b", "xy.bearer." + SECRET))
                .withMessageContaining("a b")
                .withMessageNotContaining(SECRET);
    }

    @Test
    void aConnectionsHandshakeDoesNotShowIt() {
        try (Log log = new Log()) {
            XyClient client = connect(builder(URI.create(server.uri() + "?token=" + SECRET))
                    .header("Cookie", SECRET)
                    .token(() -> SECRET));
            assertThat(client.peer().orElseThrow().handshake().toString()).doesNotContain(SECRET);
            server.next().vanish();
            server.next();
            await().atMost(Duration.ofSeconds(10)).until(() -> client.peer().isPresent());
            assertThat(String.join("\n", log.lines(Level.ALL)) + log.traces()).doesNotContain(SECRET);
        }
    }

    private static class Delegating implements WebSocket.Builder {

        private final WebSocket.Builder to;

        Delegating(WebSocket.Builder to) {
            this.to = to;
        }

        private WebSocket.Builder with(UnaryOperator<WebSocket.Builder> setting) {
            setting.apply(to);
            return this;
        }

        @Override
        public WebSocket.Builder header(String name, String value) {
            return with(builder -> builder.header(name, value));
        }

        @Override
        public WebSocket.Builder connectTimeout(Duration timeout) {
            return with(builder -> builder.connectTimeout(timeout));
        }

        @Override
        public WebSocket.Builder subprotocols(String mostPreferred, String... lesserPreferred) {
            return with(builder -> builder.subprotocols(mostPreferred, lesserPreferred));
        }

        @Override
        public CompletableFuture<WebSocket> buildAsync(URI uri, WebSocket.Listener listener) {
            return to.buildAsync(uri, listener);
        }
    }
}
