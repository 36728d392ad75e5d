package io.xywebsocket.readme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xywebsocket.XyException;
import io.xywebsocket.client.XyClient;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.regex.Pattern;
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

/** The Java of the README's section about security, taken from the README, compiled, and run. */
class SecuritySectionTests {

    /** What the section leaves to its reader, around what it shows. */
    private static final String AROUND =
            """
            package com.example.demo;

            import io.xywebsocket.*;
            import io.xywebsocket.spring.security.XyRule;
            import org.springframework.context.annotation.*;
            import org.springframework.security.config.Customizer;
            import org.springframework.security.config.annotation.web.builders.HttpSecurity;
            import org.springframework.security.oauth2.jwt.JwtDecoder;
            import org.springframework.security.oauth2.server.resource.authentication.*;
            import org.springframework.security.web.SecurityFilterChain;

            @Configuration(proxyBeanMethods = false)
            class Secured {

                record Order(String sku) {}

                @Configuration(proxyBeanMethods = false)
                static class Chain {
                    CHAIN
                }

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
    void theSnippetsCompileAndDoWhatTheReadmeSays() throws Exception {
        List<String> blocks = blocks();
        assertThat(blocks).hasSize(3);
        String source = AROUND.replace("CHAIN", blocks.get(0))
                .replace("RULE", blocks.get(1))
                .replace("RENEWAL", blocks.get(2));
        Class<?> secured = QuickStartTests.compile("Secured", source, folder);

        try (ConfigurableApplicationContext server = new SpringApplicationBuilder(Server.class, secured)
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
        String readme = Files.readString(Path.of("..", "README.md"));
        int start = readme.indexOf("\n## Security\n");
        String section = readme.substring(start, readme.indexOf("\n## ", start + 1));
        return Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL)
                .matcher(section)
                .results()
                .map(block -> block.group(1))
                .toList();
    }
}
