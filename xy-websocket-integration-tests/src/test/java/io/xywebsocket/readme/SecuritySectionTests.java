package io.xywebsocket.readme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xywebsocket.XyException;
import io.xywebsocket.client.XyClient;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;

/** The Java of docs/security.md, compiled and run. */
class SecuritySectionTests {

    /** What the page leaves to its reader, around what it shows. */
    private static final String AROUND =
            """
            package com.example.demo;

            import io.xywebsocket.*;
            import io.xywebsocket.spring.security.XyRule;
            import org.springframework.context.annotation.*;
            import org.springframework.security.oauth2.jwt.JwtDecoder;
            import org.springframework.security.oauth2.server.resource.authentication.*;

            @Configuration(proxyBeanMethods = false)
            class Secured {

                record Order(String sku) {}

                final JwtAuthenticationProvider logins;

                Secured(JwtDecoder decoder, XyHandlers handlers) {
                    logins = new JwtAuthenticationProvider(decoder);
                    RULE
                }

                private String take(Order order) {
                    return "took " + order.sku();
                }

                RENEWAL
            }
            """;

    @TempDir
    Path folder;

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Server {

        /** Of tokens that are names. */
        @Bean
        JwtDecoder decoder() {
            return token -> {
                if (!List.of("ada", "bob").contains(token)) {
                    throw new BadJwtException(token);
                }
                return new Jwt(token, null, null, Map.of("alg", "none"), Map.of("sub", token));
            };
        }
    }

    @Test
    void theSnippetsDoWhatThePageSays() throws Exception {
        List<String> blocks = blocks();
        assertThat(blocks).hasSize(3);
        String source = AROUND.replace("RULE", blocks.get(1)).replace("RENEWAL", blocks.get(2));
        ClassLoader compiled = Snippets.compile(folder, List.of(blocks.get(0), source));

        try (ConfigurableApplicationContext server = new SpringApplicationBuilder(
                        Server.class,
                        compiled.loadClass("com.example.demo.Chain"),
                        compiled.loadClass("com.example.demo.Secured"))
                .run("--server.port=0", "--spring.config.name=none", "--xy.websocket.ticket-path=/ws-ticket")) {
            URI uri = URI.create("ws://localhost:" + QuickStartTests.port(server) + "/ws");
            try (XyClient nobody = XyClient.builder(uri).maxTries(1).build();
                    XyClient ada = XyClient.builder(uri).token(() -> "ada").build()) {
                assertThatThrownBy(() -> nobody.connect().join())
                        .isInstanceOf(CompletionException.class)
                        .rootCause()
                        .hasMessageContaining("401");

                ada.connect().join();
                assertThatThrownBy(() -> ada.await("stock.take", Map.of("sku", "A-1"), String.class))
                        .isInstanceOfSatisfying(
                                XyException.class, e -> assertThat(e.status()).isEqualTo(403));
                ada.await("login.renew", "bob", Void.class);
                assertThatThrownBy(() -> ada.await("login.renew", "eve", Void.class))
                        .isInstanceOfSatisfying(
                                XyException.class, e -> assertThat(e.status()).isEqualTo(401));
            }
        }
    }

    private static List<String> blocks() throws Exception {
        return Page.of("docs/security.md").blocks("java").stream()
                .map(Page.Block::text)
                .toList();
    }
}
