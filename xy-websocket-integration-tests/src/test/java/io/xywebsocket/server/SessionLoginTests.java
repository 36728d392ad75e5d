package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.xywebsocket.XyRpc;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.Principal;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.DeferredSecurityContext;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.context.DelegatingSecurityContextRepository;
import org.springframework.security.web.context.HttpSessionSecurityContextRepository;
import org.springframework.security.web.context.RequestAttributeSecurityContextRepository;
import org.springframework.web.filter.OncePerRequestFilter;

/** Whose session ends which peers, where applications keep logins in ways of their own. */
@Tag("server")
class SessionLoginTests {

    private static final RawClient.Closing SESSION_ENDED = new RawClient.Closing(4401, "the session has ended");

    static class Desk {

        @XyRpc
        String whoAmI(@Nullable Principal user) {
            return user == null ? "nobody" : user.getName();
        }
    }

    private static Authentication login(String name) {
        return UsernamePasswordAuthenticationToken.authenticated(name, "", List.of());
    }

    /** Keeps nothing in a session but the name. */
    private static final class Names extends HttpSessionSecurityContextRepository {

        @Override
        public DeferredSecurityContext loadDeferredContext(HttpServletRequest request) {
            return new DeferredSecurityContext() {
                @Override
                public SecurityContext get() {
                    boolean known = containsContext(request);
                    return known
                            ? new SecurityContextImpl(
                                    login((String) request.getSession().getAttribute("who")))
                            : new SecurityContextImpl();
                }

                @Override
                public boolean isGenerated() {
                    return !containsContext(request);
                }
            };
        }

        @Override
        public void saveContext(SecurityContext context, HttpServletRequest request, HttpServletResponse response) {
            Authentication login = context.getAuthentication();
            request.getSession().setAttribute("who", login == null ? null : login.getName());
        }

        @Override
        public boolean containsContext(HttpServletRequest request) {
            return request.getSession(false) != null
                    && request.getSession(false).getAttribute("who") != null;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class KeepsNames extends Staff {

        @Override
        @Bean
        SecurityFilterChain chain(HttpSecurity http) throws Exception {
            http.securityContext(context -> context.securityContextRepository(new DelegatingSecurityContextRepository(
                    new RequestAttributeSecurityContextRepository(), new Names())));
            return super.chain(http);
        }
    }

    /** Goes on with another name than that of the login. */
    static class Exchange extends OncePerRequestFilter {

        @Override
        protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws ServletException, IOException {
            Authentication known = SecurityContextHolder.getContext().getAuthentication();
            if (known != null && known.getName().equals("ada")) {
                SecurityContextHolder.setContext(new SecurityContextImpl(login("ada of the harbour")));
            }
            chain.doFilter(request, response);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class ExchangesLogins extends Staff {

        @Override
        @Bean
        SecurityFilterChain chain(HttpSecurity http) throws Exception {
            http.addFilterBefore(new Exchange(), AuthorizationFilter.class);
            return super.chain(http);
        }
    }

    /** Peers are nobody, whatever their cookies. */
    @Configuration(proxyBeanMethods = false)
    static class KnowsNobody extends Staff {

        @Bean
        @Order(1)
        SecurityFilterChain door(HttpSecurity http) throws Exception {
            return http.securityMatcher("/ws")
                    .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                    .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                    .build();
        }
    }

    private static String who(RawClient client) {
        return Json.payload(client.call("whoAmI", "null").next()).asText();
    }

    private static App start(Class<?> chain) {
        return App.secured("xy.websocket.ticket-path=/tickets").start(Desk.class, LoginEndTests.Doors.class, chain);
    }

    @ParameterizedTest
    @ValueSource(classes = {KeepsNames.class, ExchangesLogins.class})
    void closesAPeerWithItsSessionHoweverThatKeepsItsLogin(Class<?> chain) {
        try (App app = start(chain)) {
            String session = Staff.login(app, "ada");
            String ticket = Json.of(
                            app.request("POST", "/tickets", "Cookie", session).body())
                    .path("ticket")
                    .asText();
            try (RawClient bySession = app.handshake().header("Cookie", session).open();
                    RawClient byTicket = app.handshake()
                            .protocols("xy", "xy.bearer." + ticket)
                            .open()) {
                assertThat(who(bySession)).startsWith("ada");
                assertThat(who(byTicket)).startsWith("ada");

                app.request("POST", "/end-session", "Cookie", session);

                assertThat(bySession.closing()).isEqualTo(SESSION_ENDED);
                assertThat(byTicket.closing()).isEqualTo(SESSION_ENDED);
            }
        }
    }

    @Test
    void keepsAPeerThatIsNobodyWhenTheSessionOfACookieEndsThatCameAlong() {
        try (App app = start(KnowsNobody.class)) {
            String session = Staff.login(app, "ada");
            try (RawClient nobody = app.handshake().header("Cookie", session).open()) {
                assertThat(who(nobody)).isEqualTo("nobody");

                app.request("POST", "/end-session", "Cookie", session);

                assertThat(who(nobody)).isEqualTo("nobody");
            }
        }
    }
}
