package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyPeer;
import io.xywebsocket.XyPeers;
import io.xywebsocket.XyRpc;
import io.xywebsocket.client.XyClient;
import io.xywebsocket.engine.XyEndpoint;
import io.xywebsocket.spring.security.XyExpiry;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.net.http.HttpResponse;
import java.security.Principal;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationProvider;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** A login doesn't outlive its token, its session or its user's logout, and may be renewed before. */
@Tag("server")
class LoginEndTests {

    private static final RawClient.Closing EXPIRED = new RawClient.Closing(4401, "the login has expired");
    private static final RawClient.Closing LOGGED_OUT = new RawClient.Closing(4401, "logged out");
    private static final RawClient.Closing SESSION_ENDED = new RawClient.Closing(4401, "the session has ended");

    private static App tokens;
    private static App sessions;

    static class Desk {

        @XyRpc
        String whoAmI(@Nullable Principal user, XyPeer peer) {
            return user == null ? "nobody" : user.getName() + " " + user.equals(peer.principal());
        }
    }

    /** As the README has it. */
    static class Renewal {

        private final JwtAuthenticationProvider logins;

        Renewal(JwtDecoder decoder) {
            this.logins = new JwtAuthenticationProvider(decoder);
        }

        @XyRpc("login.renew")
        void renew(String token, XyPeer peer) {
            peer.identify(logins.authenticate(new BearerTokenAuthenticationToken(token)));
        }
    }

    @RestController
    static class Doors {

        @PostMapping("/end-session")
        void end(HttpServletRequest request) {
            request.getSession().invalidate();
        }

        @PostMapping("/change-session-id")
        void change(HttpServletRequest request) {
            request.changeSessionId();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class LeavesSessions extends Staff {
        @Override
        @Bean
        SecurityFilterChain chain(HttpSecurity http) throws Exception {
            return http.authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                    .formLogin(Customizer.withDefaults())
                    .logout(logout -> logout.invalidateHttpSession(false))
                    .csrf(csrf -> csrf.disable())
                    .build();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class ShortLogins {
        @Bean
        XyExpiry twoSeconds() {
            Instant end = Instant.now().plusSeconds(2);
            return authentication -> authentication.getName().equals("bob") ? end : null;
        }

        @Bean
        XyExpiry broken() {
            return authentication -> {
                if (authentication.getName().equals("bob")) {
                    return null;
                }
                throw new IllegalStateException("broken");
            };
        }
    }

    @BeforeAll
    static void start() {
        tokens = App.secured().start(Desk.class, Renewal.class, Tokens.ResourceServer.class);
        sessions = App.secured("xy.websocket.ticket-path=/tickets").start(Desk.class, Doors.class, Staff.class);
    }

    @AfterAll
    static void stop() {
        tokens.close();
        sessions.close();
    }

    private static RawClient withToken(String token) {
        return tokens.handshake().header("Authorization", "Bearer " + token).open();
    }

    private static RawClient withCookie(App app, String cookie) {
        RawClient client = app.handshake().header("Cookie", cookie).open();
        assertThat(client.call("whoAmI", "null").next()).contains("ada true");
        return client;
    }

    private static RawClient withCookie(String cookie) {
        return withCookie(sessions, cookie);
    }

    // ---- tokens

    @Test
    void closesAPeerWhenItsTokenExpires() {
        try (RawClient client = withToken(Tokens.of("ada", Instant.now().plusSeconds(4)));
                RawClient other = withToken(Tokens.of("ada"))) {
            assertThat(client.call("whoAmI", "null").next()).contains("ada true");
            assertThat(client.closing()).isEqualTo(EXPIRED);
            assertThat(other.call("whoAmI", "null").next()).contains("ada true");
        }
    }

    /** Else it would come back with the same token again and again. */
    @Test
    void keepsAPeerForAWhileWhoseTokenIsAcceptedWithinTheClockSkew() {
        String token = Tokens.of("ada", Instant.now().minusSeconds(5));
        long before = tokens.bean(XyEndpoint.class).statistics().connections();
        URI uri = URI.create("ws://localhost:" + tokens.port() + "/ws");
        try (XyClient client = XyClient.builder(uri).token(() -> token).build()) {
            client.connect();
            String name = client.await("whoAmI", null, String.class);
            assertThat(name).contains("ada");
            await().during(Duration.ofSeconds(2)).until(() -> client.state() == XyClient.State.CONNECTED);
            assertThat(tokens.bean(XyEndpoint.class).statistics().connections()).isEqualTo(before + 1);
        }
    }

    @Test
    void keepsAPeerThatHasRenewedItsLogin() {
        Instant soon = Instant.now().plusSeconds(4);
        try (RawClient client = withToken(Tokens.of("ada", soon))) {
            assertThat(client.call("login.renew", '"' + Tokens.of("ada") + '"').next())
                    .contains("resolve.login.renew");
            await().until(() -> Instant.now().isAfter(soon.plusMillis(500)));
            assertThat(client.call("whoAmI", "null").next()).contains("ada true");
        }
    }

    @Test
    void closesAPeerWhenItsRenewedLoginExpiresThoughTheFirstWouldNot() {
        try (RawClient client = withToken(Tokens.of("ada"))) {
            String shorter = Tokens.of("ada", Instant.now().plusSeconds(2)); // of which one may be lost in rounding
            client.call("login.renew", '"' + shorter + '"').next();
            assertThat(client.closing()).isEqualTo(EXPIRED);
        }
    }

    @Test
    void showsHandlersWhoHasLoggedInAnew() {
        try (RawClient client = withToken(Tokens.of("ada"))) {
            client.call("login.renew", '"' + Tokens.of("bob") + '"').next();
            assertThat(client.call("whoAmI", "null").next()).contains("bob true");
            assertThat(tokens.bean(XyPeers.class).ofUser("bob")).hasSize(1);
        }
    }

    @Test
    void rejectsWith401ARenewalByABadTokenAndKeepsTheLogin() {
        try (RawClient client = withToken(Tokens.of("ada"))) {
            assertThat(Json.payload(client.call("login.renew", "\"rubbish\"").next())
                            .path("status")
                            .asInt())
                    .isEqualTo(401);
            assertThat(client.call("whoAmI", "null").next()).contains("ada true");
        }
    }

    @Test
    void asksTheApplicationUntilWhenALoginIsGood() {
        try (App app = App.secured().start(Desk.class, Staff.class, ShortLogins.class);
                RawClient bob = Staff.connect(app, "bob");
                RawClient ada = Staff.connect(app, "ada");
                RawClient nobody = app.connect()) {
            assertThat(ada.closing()).as("can't be told").isEqualTo(EXPIRED);
            assertThat(bob.closing()).isEqualTo(EXPIRED);
            assertThat(nobody.call("whoAmI", "null").next()).contains("nobody");
        }
    }

    // ---- sessions

    @Test
    void closesThePeersOfASessionThatLogsOutAndNoOthers() {
        String session = Staff.login(sessions, "ada");
        try (RawClient tab = withCookie(session);
                RawClient otherTab = withCookie(session);
                RawClient phone = withCookie(Staff.login(sessions, "ada"));
                RawClient nobody = sessions.connect()) {
            assertThat(sessions.request("POST", "/logout", "Cookie", session).statusCode())
                    .isBetween(200, 399);

            assertThat(tab.closing().code()).isEqualTo(4401);
            assertThat(otherTab.closing().code()).isEqualTo(4401);
            assertThat(phone.call("whoAmI", "null").next()).contains("ada true");
            assertThat(nobody.call("whoAmI", "null").next()).contains("nobody");
        }
    }

    @Test
    void closesThePeersOfALogoutThatLeavesTheSessionAlive() {
        try (App app = App.secured().start(Desk.class, LeavesSessions.class)) {
            String session = Staff.login(app, "ada");
            try (RawClient tab = withCookie(app, session)) {
                app.request("POST", "/logout", "Cookie", session);
                assertThat(tab.closing()).isEqualTo(LOGGED_OUT);
            }
        }
    }

    @Test
    void closesPeersWithoutASessionWhenTheirUserLogsOut() {
        String session = Staff.login(sessions, "ada");
        try (RawClient ada = Staff.connect(sessions, "ada");
                RawClient bob = Staff.connect(sessions, "bob")) {
            sessions.request("POST", "/logout", "Cookie", session);

            assertThat(ada.closing()).isEqualTo(LOGGED_OUT);
            assertThat(bob.call("whoAmI", "null").next()).contains("bob true");
        }
    }

    @Test
    void closesThePeersOfASessionThatEndsByWhateverMeans() {
        String session = Staff.login(sessions, "ada");
        try (RawClient tab = withCookie(session)) {
            sessions.request("POST", "/end-session", "Cookie", session);
            assertThat(tab.closing()).isEqualTo(SESSION_ENDED);
        }
    }

    @Test
    void followsASessionThatChangesItsId() {
        String session = Staff.login(sessions, "ada");
        try (RawClient tab = withCookie(session)) {
            String renamed = sessions.request("POST", "/change-session-id", "Cookie", session)
                    .headers()
                    .firstValue("Set-Cookie")
                    .orElseThrow()
                    .replaceAll(";.*", "");
            assertThat(renamed).isNotEqualTo(session);
            sessions.request("POST", "/end-session", "Cookie", renamed);
            assertThat(tab.closing()).isEqualTo(SESSION_ENDED);
        }
    }

    @Test
    void letsNobodyBackInByTheCookieOfAnEndedSession() {
        String session = Staff.login(sessions, "ada");
        sessions.request("POST", "/logout", "Cookie", session);

        try (RawClient client = sessions.handshake().header("Cookie", session).open()) {
            assertThat(client.call("whoAmI", "null").next()).contains("nobody");
        }
    }

    // ---- tickets of a session

    private static String ticket(String session) {
        HttpResponse<String> response = sessions.request("POST", "/tickets", "Cookie", session);
        return Json.of(response.body()).path("ticket").asText();
    }

    @Test
    void closesWithTheSessionWhatATicketOfItHasOpened() {
        String session = Staff.login(sessions, "ada");
        try (RawClient client = sessions.handshake()
                .protocols("xy", "xy.bearer." + ticket(session))
                .open()) {
            assertThat(client.call("whoAmI", "null").next()).contains("ada true");
            sessions.request("POST", "/end-session", "Cookie", session);
            assertThat(client.closing()).isEqualTo(SESSION_ENDED);
        }
    }

    @Test
    void voidsTheTicketsOfASessionThatHasEnded() {
        String session = Staff.login(sessions, "ada");
        String ticket = ticket(session);
        sessions.request("POST", "/logout", "Cookie", session);

        assertThat(sessions.handshake()
                        .protocols("xy", "xy.bearer." + ticket)
                        .refused()
                        .status())
                .isEqualTo(401);
    }

    // ---- by name

    @Test
    void findsThePeersOfAUserToBeClosed() {
        XyPeers peers = sessions.bean(XyPeers.class);
        try (RawClient bob = Staff.connect(sessions, "bob");
                RawClient sameBob = Staff.connect(sessions, "bob")) {
            await().atMost(Duration.ofSeconds(5))
                    .until(() -> peers.ofUser("bob").size() == 2);
            peers.ofUser("bob").forEach(peer -> peer.close(4401, "disabled"));

            assertThat(bob.closing()).isEqualTo(new RawClient.Closing(4401, "disabled"));
            assertThat(sameBob.closing().code()).isEqualTo(4401);
            assertThat(peers.ofUser("nobody")).isEmpty();
        }
    }
}
