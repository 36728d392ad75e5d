package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.xywebsocket.XyHandshake;
import io.xywebsocket.XyRpc;
import io.xywebsocket.client.XyClient;
import io.xywebsocket.interop.Program;
import io.xywebsocket.interop.Programs;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.Principal;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.jwt.Jwt;

/** Logins by a token, in the ways that clients can show one, and by a ticket. */
@Tag("server")
@ExtendWith(OutputCaptureExtension.class)
class TokenTests {

    private static App app;

    @RegisterExtension
    final Programs programs = new Programs();

    static class Desk {

        @XyRpc
        String whoAmI(Principal user, @AuthenticationPrincipal Jwt token) {
            return user.getName() + " " + token.getSubject();
        }

        @XyRpc
        String protocols(XyHandshake handshake) {
            return handshake.header("Sec-WebSocket-Protocol").orElse("none");
        }
    }

    @BeforeAll
    static void start() {
        app = App.secured(
                        "xy.websocket.ticket-path=/tickets",
                        "xy.websocket.ticket-lifetime=20s",
                        "logging.level.io.xywebsocket=trace",
                        "logging.level.org.springframework=debug")
                .start(Desk.class, Tokens.ResourceServer.class);
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    private static void assertIsAda(RawClient client) {
        assertThat(client.call("whoAmI", "null").next()).endsWith("\"p\":\"ada ada\"}");
    }

    private static String[] bearer(String token) {
        return new String[] {"Authorization", "Bearer " + token};
    }

    private static String ticket(String user) {
        HttpResponse<String> response = app.request("POST", "/tickets", bearer(Tokens.of(user)));
        assertThat(response.statusCode()).isEqualTo(200);
        return Json.of(response.body()).path("ticket").asText();
    }

    @Test
    void knowsWhoLoggedInByATokenInTheHeader() {
        try (RawClient client = app.handshake()
                .header("Authorization", "Bearer " + Tokens.of("ada"))
                .open()) {
            assertIsAda(client);
        }
    }

    @Test
    void knowsWhoLoggedInByATokenInASubProtocolAndNeitherEchoesNorLogsNorKeepsIt(CapturedOutput output) {
        String token = Tokens.of("ada");

        try (RawClient client =
                app.handshake().protocols("xy", "xy.bearer." + token).open()) {
            assertIsAda(client);
            assertThat(client.response().header("Sec-WebSocket-Protocol")).contains("xy");
            assertThat(client.call("protocols", "null").next()).endsWith("\"p\":\"xy\"}");
            assertThat(client.response().text()).doesNotContain(token);
        }
        assertThat(output.getAll()).contains("Secured GET /ws").doesNotContain(token);
    }

    @Test
    void takesATokenAlsoWhereNothingElseIsOffered() {
        try (RawClient client =
                app.handshake().protocols("xy.bearer." + Tokens.of("ada")).open()) {
            assertIsAda(client);
            assertThat(client.response().header("Sec-WebSocket-Protocol")).isEmpty();
            assertThat(client.call("protocols", "null").next()).endsWith("\"p\":\"none\"}");
        }
    }

    @Test
    void takesATokenFromTheSecondOfSeveralHeaders() {
        try (RawClient client = app.handshake()
                .protocols("other", "xy")
                .protocols("xy.bearer." + Tokens.of("ada"))
                .open()) {
            assertIsAda(client);
        }
    }

    @Test
    void prefersTheHeaderToTheSubProtocol() {
        try (RawClient client = app.handshake()
                .header("Authorization", "Bearer " + Tokens.of("ada"))
                .protocols("xy", "xy.bearer." + Tokens.of("bob"))
                .open()) {
            assertIsAda(client);
        }
    }

    @Test
    void refusesWith401ATokenThatIsForgedOrExpiredOrMissing() {
        String good = Tokens.of("ada");
        String expired = Tokens.of("ada", Instant.now().minusSeconds(300));

        for (String token : new String[] {good.substring(0, good.length() - 4) + "AAAA", expired, "rubbish", ""}) {
            assertThat(app.handshake()
                            .protocols("xy", "xy.bearer." + token)
                            .refused()
                            .status())
                    .as(token)
                    .isEqualTo(401);
        }
        assertThat(app.handshake().protocols("xy").refused().status()).isEqualTo(401);
    }

    @Test
    void takesTokensAndTicketsAtTheEndpointOnly() {
        String ticket = ticket("ada");
        for (String token : new String[] {Tokens.of("ada"), ticket}) {
            assertThat(app.handshake()
                            .path("/tickets")
                            .protocols("xy", "xy.bearer." + token)
                            .response()
                            .status())
                    .as(token)
                    .isEqualTo(401);
        }
        try (RawClient client =
                app.handshake().protocols("xy", "xy.bearer." + ticket).open()) {
            assertIsAda(client); // it is still good
        }
    }

    @Test
    void leavesOtherRequestsAsTheyAre() {
        assertThat(app.get("/ws").statusCode()).isEqualTo(401);
        assertThat(app.get("/ws", "X-Protocol", "xy.bearer." + Tokens.of("ada")).statusCode())
                .isEqualTo(401);
    }

    @Test
    void knowsOurJavaClientByItsToken() {
        URI uri = URI.create("ws://localhost:" + app.port() + "/ws");
        try (XyClient client = XyClient.builder(uri)
                .token(() -> Tokens.of("ada"))
                .waitForConnection(true)
                .build()) {
            client.connect();
            assertThat(client.await("whoAmI", null, String.class)).isEqualTo("ada ada");
        }
    }

    @Test
    void knowsOurJavaScriptClientByItsTokenAndByATicketThatItFetches() throws InterruptedException {
        Path script = Programs.SCENARIOS.resolve("login.js");
        Program client = programs.node(script, "localhost:" + app.port(), Tokens.of("ada"));

        assertThat(client.exitCode()).as(client.output()).isZero();
        assertThat(client.output()).contains("token: ada ada", "ticket: ada ada");
    }

    // ---- tickets

    @Test
    void letsInByATicketAsWhoeverHasFetchedIt(CapturedOutput output) {
        String ticket = ticket("ada");

        try (RawClient client =
                app.handshake().protocols("xy", "xy.bearer." + ticket).open()) {
            assertIsAda(client);
            assertThat(client.response().text()).doesNotContain(ticket);
            assertThat(client.call("protocols", "null").next()).endsWith("\"p\":\"xy\"}");
        }
        assertThat(output.getAll()).contains("Secured GET /ws").doesNotContain(ticket);
    }

    @Test
    void takesATicketOnce() {
        String ticket = ticket("ada");
        app.handshake().protocols("xy", "xy.bearer." + ticket).open().close();

        assertThat(app.handshake()
                        .protocols("xy", "xy.bearer." + ticket)
                        .refused()
                        .status())
                .isEqualTo(401);
    }

    @Test
    void refusesATicketThatNobodyHasIssued() {
        assertThat(app.handshake()
                        .protocols("xy", "xy.bearer.xyt.AAAA")
                        .refused()
                        .status())
                .isEqualTo(401);
    }

    @Test
    void givesNoTicketToWhoHasNotLoggedIn() {
        assertThat(app.request("POST", "/tickets").statusCode()).isEqualTo(401);
        assertThat(app.request("GET", "/tickets", bearer(Tokens.of("ada"))).statusCode())
                .isEqualTo(405);
    }

    @Test
    void saysHowLongATicketIsGoodAndLetsNobodyKeepIt() {
        HttpResponse<String> response = app.request("POST", "/tickets", bearer(Tokens.of("ada")));

        JsonNode body = Json.of(response.body());
        assertThat(body.path("lifetime").asInt()).isEqualTo(20);
        assertThat(body.path("ticket").asText()).startsWith("xyt.").hasSize(47);
        assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
    }

    @Test
    void endsWithItsTokenWhatATicketHasOpened() {
        Instant soon = Instant.now().plusSeconds(4);
        HttpResponse<String> response = app.request("POST", "/tickets", bearer(Tokens.of("ada", soon)));
        String ticket = Json.of(response.body()).path("ticket").asText();

        try (RawClient client =
                app.handshake().protocols("xy", "xy.bearer." + ticket).open()) {
            assertIsAda(client);
            assertThat(client.closing()).isEqualTo(new RawClient.Closing(4401, "the login has expired"));
        }
    }
}
