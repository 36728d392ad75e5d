package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.xywebsocket.XyRpc;
import java.security.Principal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.oauth2.core.DefaultOAuth2AuthenticatedPrincipal;
import org.springframework.security.oauth2.server.resource.introspection.OpaqueTokenIntrospector;
import org.springframework.security.web.SecurityFilterChain;

/** Logins by tokens that say nothing themselves: somebody else is asked whose they are, and until when. */
@Tag("server")
class OpaqueTokenTests {

    private static App app;

    static class Desk {

        @XyRpc
        String whoAmI(Principal user) {
            return user.getName();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class ResourceServer {

        /** Takes a name, and after a tilde the millisecond in which the token expires, if it does. */
        @Bean
        OpaqueTokenIntrospector introspector() {
            return token -> {
                String[] parts = token.split("~");
                Map<String, Object> known = parts.length == 1
                        ? Map.of("sub", parts[0])
                        : Map.of("sub", parts[0], "exp", Instant.ofEpochMilli(Long.parseLong(parts[1])));
                return new DefaultOAuth2AuthenticatedPrincipal(parts[0], known, List.of());
            };
        }

        @Bean
        SecurityFilterChain chain(HttpSecurity http) throws Exception {
            return http.authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                    .oauth2ResourceServer(tokens -> tokens.opaqueToken(Customizer.withDefaults()))
                    .build();
        }
    }

    @BeforeAll
    static void start() {
        app = App.secured().start(Desk.class, ResourceServer.class);
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @Test
    void closesAPeerWhenItsTokenExpiresAndNoneWhoseTokenDoesNot() {
        String soon = "ada~" + Instant.now().plusSeconds(4).toEpochMilli();
        try (RawClient header = app.handshake()
                        .header("Authorization", "Bearer " + soon)
                        .open();
                RawClient protocol =
                        app.handshake().protocols("xy", "xy.bearer." + soon).open();
                RawClient endless =
                        app.handshake().header("Authorization", "Bearer bob").open()) {
            for (RawClient client : List.of(header, protocol)) {
                assertThat(client.call("whoAmI", "null").next()).endsWith("\"p\":\"ada\"}");
            }
            for (RawClient client : List.of(header, protocol)) {
                assertThat(client.closing()).isEqualTo(new RawClient.Closing(4401, "the login has expired"));
            }
            assertThat(endless.call("whoAmI", "null").next()).endsWith("\"p\":\"bob\"}");
        }
    }
}
