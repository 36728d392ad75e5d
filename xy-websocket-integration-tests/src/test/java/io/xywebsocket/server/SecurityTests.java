package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.xywebsocket.XyPeer;
import io.xywebsocket.XyRpc;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.web.filter.OncePerRequestFilter;

/** The application's own security chain decides who may connect, and who a peer is. */
@Tag("server")
class SecurityTests {

    private static App app;

    static class Private {

        @XyRpc
        String whoAmI(Principal user, XyPeer peer) {
            return user.getName() + " " + user.equals(peer.principal());
        }

        @XyRpc
        boolean anybody(@Nullable Principal user) {
            return user != null;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Chain {
        @Bean
        SecurityFilterChain chain(HttpSecurity http) throws Exception {
            return http.authorizeHttpRequests(requests -> requests.requestMatchers("/xy-websocket.js")
                            .permitAll()
                            .anyRequest()
                            .authenticated())
                    .httpBasic(Customizer.withDefaults())
                    .formLogin(Customizer.withDefaults())
                    .exceptionHandling(errors ->
                            errors.authenticationEntryPoint((request, response, e) -> response.sendError(401)))
                    .csrf(csrf -> csrf.disable())
                    .addFilterBefore(new TokenFilter(), AuthorizationFilter.class)
                    .build();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OpenChain {
        @Bean
        SecurityFilterChain chain(HttpSecurity http) throws Exception {
            return http.authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                    .build();
        }
    }

    /** A token that a browser offers as a sub-protocol is where other clients have theirs. */
    static class TokenFilter extends OncePerRequestFilter {
        @Override
        protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws ServletException, IOException {
            if ("Bearer letmein".equals(request.getHeader("Authorization"))) {
                SecurityContext context = SecurityContextHolder.createEmptyContext();
                context.setAuthentication(
                        UsernamePasswordAuthenticationToken.authenticated("bearer of the token", null, List.of()));
                SecurityContextHolder.setContext(context);
            }
            chain.doFilter(request, response);
        }
    }

    @BeforeAll
    static void start() {
        app = App.secured("spring.security.user.name=ada", "spring.security.user.password=pass")
                .start(Private.class, Functions.class, Chain.class);
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    private static String basic(String credentials) {
        return "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void refusesWith401BeforeTheUpgradeWhoHasNotLoggedIn() {
        assertThat(app.handshake().refused().status()).isEqualTo(401);
        assertThat(app.handshake()
                        .header("Authorization", basic("ada:wrong"))
                        .refused()
                        .status())
                .isEqualTo(401);
    }

    @Test
    void knowsWhoLoggedInByTheAuthorizationHeader() {
        try (RawClient client =
                app.handshake().header("Authorization", basic("ada:pass")).open()) {
            assertThat(client.call("whoAmI", "null").next()).endsWith("\"p\":\"ada true\"}");
            assertThat(client.call("anybody", "null").next()).endsWith("\"p\":true}");
        }
    }

    @Test
    void knowsWhoLoggedInByTheSessionCookie() {
        String cookie = login();

        try (RawClient client = app.handshake().header("Cookie", cookie).open()) {
            assertThat(client.call("whoAmI", "null").next()).endsWith("\"p\":\"ada true\"}");
        }
    }

    private static String login() {
        HttpResponse<String> response = app.request("POST", "/login?username=ada&password=pass");
        return response.headers().firstValue("Set-Cookie").orElseThrow().replaceAll(";.*", "");
    }

    @Test
    void knowsWhoBroughtATokenInASubProtocol() {
        try (RawClient client =
                app.handshake().protocols("xy", "xy.bearer.letmein").open()) {
            assertThat(client.response().header("Sec-WebSocket-Protocol")).contains("xy");
            assertThat(client.call("whoAmI", "null").next()).endsWith("\"p\":\"bearer of the token true\"}");
        }
    }

    @Test
    void rejectsWith401ACallThatNeedsAPrincipalWhereNobodyLoggedIn() {
        try (App open = App.secured().start(Private.class, OpenChain.class);
                RawClient client = open.connect()) {
            assertThat(Json.payload(client.call("whoAmI", "null").next())
                            .path("status")
                            .asInt())
                    .isEqualTo(401);
            assertThat(client.call("anybody", "null").next()).endsWith("\"p\":false}");
        }
    }

    @Test
    void checksTheOriginAlsoOfWhoHasLoggedIn() {
        assertThat(app.handshake()
                        .header("Cookie", login())
                        .origin("http://evil.example")
                        .refused()
                        .status())
                .isEqualTo(403);
    }

    @Test
    void leavesTheScriptToTheChain() {
        assertThat(app.get("/xy-websocket.js").statusCode()).isEqualTo(200);
    }
}
