package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.xywebsocket.XyConnectionListener;
import io.xywebsocket.XyEvent;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyPeers;
import io.xywebsocket.XyRpc;
import io.xywebsocket.spring.XyEndpointCustomizer;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.security.Principal;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.context.DeferredSecurityContext;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.context.HttpSessionSecurityContextRepository;
import org.springframework.web.filter.OncePerRequestFilter;

/** Where the end of a login might be missed, or taken for that of another. */
@Tag("server")
class RevokedLoginTests {

    private static App app;

    static class Desk {

        final List<String> done = new CopyOnWriteArrayList<>();
        final CountDownLatch inside = new CountDownLatch(1);
        final CountDownLatch release = new CountDownLatch(1);

        @XyEvent
        void slow() throws InterruptedException {
            inside.countDown();
            release.await();
            done.add("slow");
        }

        @XyEvent
        void note() {
            done.add("note");
        }

        @XyRpc
        void save() {
            done.add("save");
        }

        @XyRpc
        String whoAmI(@Nullable Principal user) {
            return user == null ? "nobody" : user.getName();
        }
    }

    /** Both block, and the common pool may have one thread. */
    private static final Executor A_THREAD_EACH = task -> new Thread(task).start();

    /** Holds two requests up that say so, once the chain has let them through. */
    static class Pause extends OncePerRequestFilter {

        final CountDownLatch inside = new CountDownLatch(2);
        final CountDownLatch release = new CountDownLatch(1);

        @Override
        protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws ServletException, IOException {
            if (request.getHeader("X-Pause") != null) {
                inside.countDown();
                try {
                    release.await();
                } catch (InterruptedException e) {
                    throw new ServletException(e);
                }
            }
            chain.doFilter(request, response);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Slow extends Staff {

        final Pause pause = new Pause();

        @Override
        @Bean
        SecurityFilterChain chain(HttpSecurity http) throws Exception {
            return http.authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                    .formLogin(Customizer.withDefaults())
                    .csrf(csrf -> csrf.disable())
                    .addFilterAfter(pause, AuthorizationFilter.class)
                    .build();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class SlowWithCopies extends Slow {

        @Override
        @Bean
        SecurityFilterChain chain(HttpSecurity http) throws Exception {
            http.securityContext(context -> context.securityContextRepository(new Copies()));
            return super.chain(http);
        }
    }

    /** Gives each request a copy, as stores outside of this process do: no other's logout takes the login out of it. */
    private static final class Copies extends HttpSessionSecurityContextRepository {
        @Override
        public DeferredSecurityContext loadDeferredContext(HttpServletRequest request) {
            DeferredSecurityContext stored = super.loadDeferredContext(request);
            return new DeferredSecurityContext() {
                @Override
                public SecurityContext get() {
                    return new SecurityContextImpl(stored.get().getAuthentication());
                }

                @Override
                public boolean isGenerated() {
                    return stored.isGenerated();
                }
            };
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class SlowAndLeavesSessions extends Slow {

        @Override
        @Bean
        SecurityFilterChain chain(HttpSecurity http) throws Exception {
            http.logout(logout -> logout.invalidateHttpSession(false));
            return super.chain(http);
        }
    }

    /** Takes tokens, and sessions too. */
    @Configuration(proxyBeanMethods = false)
    static class TokensOrSessions extends Staff {

        @Override
        @Bean
        SecurityFilterChain chain(HttpSecurity http) throws Exception {
            return http.authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                    .formLogin(Customizer.withDefaults())
                    .oauth2ResourceServer(tokens -> tokens.jwt(Customizer.withDefaults()))
                    .csrf(csrf -> csrf.disable())
                    .build();
        }

        @Bean
        JwtDecoder jwtDecoder() {
            return new Tokens.ResourceServer().jwtDecoder();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Listening {

        final BlockingQueue<String> told = new LinkedBlockingQueue<>();

        @Bean
        XyEndpointCustomizer listener() {
            return endpoint -> endpoint.connectionListener(new XyConnectionListener() {
                @Override
                public void connected(XyPeer peer) {
                    told.add("connected");
                }

                @Override
                public void disconnected(XyPeer peer, int code, String reason) {
                    told.add("disconnected " + code);
                    throw new IllegalStateException("of the application's");
                }
            });
        }
    }

    @BeforeAll
    static void start() {
        app = App.secured("xy.websocket.ticket-path=/tickets", "xy.websocket.event-order-timeout=60s")
                .start(Desk.class, LoginEndTests.Doors.class, TokensOrSessions.class, Listening.class);
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    private static String who(RawClient client) {
        return Json.payload(client.call("whoAmI", "null").next()).asText();
    }

    @Test
    void runsNothingThatWaitsOnceItsPeerHasLoggedOut() {
        String session = Staff.login(app, "ada");
        Desk desk = app.bean(Desk.class);
        awaitNobody();
        try (RawClient client = app.handshake().header("Cookie", session).open()) {
            client.event("slow", "null").event("note", "null").call("save", "null");
            // refused on the thread that reads: what was sent before has arrived
            assertThat(client.ask("{\"e\":\"c.save\"}")).contains("\"status\":400");
            await(desk.inside);
            XyPeer peer = app.bean(XyPeers.class).ofUser("ada").iterator().next();

            app.request("POST", "/logout", "Cookie", session);
            assertThat(client.closing().code()).isEqualTo(4401);
            desk.release.countDown();

            app.lifeCycle().disconnected(peer);
            assertThat(desk.done).containsExactly("slow");
        }
    }

    @Test
    void keepsAPeerThatHasATokenWhenTheSessionOfACookieEndsThatCameAlong() {
        String session = Staff.login(app, "bob");
        String token = "Bearer " + Tokens.of("ada");
        HttpResponse<String> ticket = app.request("POST", "/tickets", "Authorization", token, "Cookie", session);
        String issued = Json.of(ticket.body()).path("ticket").asText();
        try (RawClient byToken = app.handshake()
                        .header("Authorization", token)
                        .header("Cookie", session)
                        .open();
                RawClient byTicket = app.handshake()
                        .protocols("xy", "xy.bearer." + issued)
                        .header("Cookie", session)
                        .open();
                RawClient byOffer = app.handshake()
                        .protocols("xy", "xy.bearer." + Tokens.of("ada"))
                        .header("Cookie", session)
                        .open();
                RawClient bySession = app.handshake().header("Cookie", session).open()) {
            assertThat(List.of(who(byToken), who(byTicket), who(byOffer), who(bySession)))
                    .containsExactly("ada", "ada", "ada", "bob");

            app.request("POST", "/end-session", "Cookie", session);

            assertThat(bySession.closing()).isEqualTo(new RawClient.Closing(4401, "the session has ended"));
            assertThat(who(byToken)).isEqualTo("ada");
            assertThat(who(byTicket)).isEqualTo("ada");
            assertThat(who(byOffer)).isEqualTo("ada");
        }
    }

    @Test
    void closesAPeerWhoseSessionEndedWhileItsHandshakeWasUnderWay() throws Exception {
        assertMissesNoLogout(Slow.class, 401);
    }

    @Test
    void closesAPeerWhoseSessionEndedThoughItsHandshakeHasACopyOfTheLogin() throws Exception {
        assertMissesNoLogout(SlowWithCopies.class, 200);
    }

    @Test
    void closesAPeerThatLoggedOutWhileItsHandshakeWasUnderWay() throws Exception {
        assertMissesNoLogout(SlowAndLeavesSessions.class, 401);
    }

    /** @param tickets whether the login is still there for the request for a ticket that was under way: 200, or 401 */
    private static void assertMissesNoLogout(Class<? extends Slow> chain, int tickets) throws Exception {
        try (App slow = App.secured("xy.websocket.ticket-path=/tickets").start(Desk.class, chain)) {
            Pause pause = slow.bean(Slow.class).pause;
            String session = Staff.login(slow, "ada");
            CompletableFuture<RawClient> handshake = CompletableFuture.supplyAsync(
                    () -> slow.handshake()
                            .header("Cookie", session)
                            .header("X-Pause", "yes")
                            .open(),
                    A_THREAD_EACH);
            CompletableFuture<HttpResponse<String>> ticket = CompletableFuture.supplyAsync(
                    () -> slow.request("POST", "/tickets", "Cookie", session, "X-Pause", "yes"), A_THREAD_EACH);
            await(pause.inside);
            slow.request("POST", "/logout", "Cookie", session);
            pause.release.countDown();

            try (RawClient client = handshake.get(10, TimeUnit.SECONDS)) {
                assertThat(client.closing().code()).isEqualTo(4401);
            }
            HttpResponse<String> answer = ticket.get(10, TimeUnit.SECONDS);
            assertThat(answer.statusCode()).isEqualTo(tickets);
            if (tickets == 200) {
                String issued = Json.of(answer.body()).path("ticket").asText();
                assertThat(issued).startsWith("xyt.");
                assertThat(slow.handshake()
                                .protocols("xy", "xy.bearer." + issued)
                                .refused()
                                .status())
                        .isEqualTo(401);
            }
        }
    }

    @Test
    void tellsTheListenersOfACustomizerBesideThoseThatEndLogins() throws InterruptedException {
        BlockingQueue<String> told = app.bean(Listening.class).told;
        awaitNobody();
        told.clear();
        String session = Staff.login(app, "ada");
        try (RawClient client = app.handshake().header("Cookie", session).open()) {
            assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo("connected");
            app.request("POST", "/end-session", "Cookie", session);
            assertThat(client.closing().code()).isEqualTo(4401);
            assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo("disconnected 4401");
        }
    }

    /** Those of the tests before may still be there. */
    private static void awaitNobody() {
        Awaitility.await()
                .until(() -> app.endpoint().statistics().peers() == 0
                        && app.endpoint().statistics().closing() == 0);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
