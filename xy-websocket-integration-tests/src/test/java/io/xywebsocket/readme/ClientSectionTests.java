package io.xywebsocket.readme;

import static org.assertj.core.api.Assertions.assertThat;

import io.xywebsocket.client.XyClient;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;

/** The clients of docs/java-client.md, against the bean of docs/handlers.md. */
@ExtendWith(OutputCaptureExtension.class)
class ClientSectionTests {

    @TempDir
    Path folder;

    private ClassLoader compiled;
    private ConfigurableApplicationContext server;
    private String url;

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Server {
        @Bean
        SecurityFilterChain open(HttpSecurity http) throws Exception {
            return http.authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                    .build();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Client {}

    @BeforeEach
    void compileAndStartTheServer() throws Exception {
        List<String> sources = new ArrayList<>();
        sources.add(Page.of("docs/handlers.md").blocks("java").get(0).text());
        Page.of("docs/java-client.md").blocks("java").stream()
                .filter(Page.Block::isFile)
                .forEach(block -> sources.add(block.text()));
        compiled = Snippets.compile(folder, sources);
        server = new SpringApplicationBuilder(Server.class, compiled.loadClass("com.example.demo.Stock"))
                .run("--server.port=0");
        url = "ws://localhost:" + server.getEnvironment().getProperty("local.server.port") + "/ws";
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void theProgramTakesOneAfterItWasAsked(CapturedOutput output) throws Exception {
        compiled.loadClass("com.example.demo.Till")
                .getMethod("main", String[].class)
                .invoke(null, (Object) new String[] {url});

        assertThat(output).contains("Take 1 of A-1?").contains("11 left");
    }

    @Test
    void theSpringApplicationCallsByItsContractAndIsAsked() throws Exception {
        Class<?> api = compiled.loadClass("com.example.demo.StockApi");
        try (ConfigurableApplicationContext client = new SpringApplicationBuilder(
                        Client.class,
                        compiled.loadClass("com.example.demo.Clients"),
                        compiled.loadClass("com.example.demo.Clerk"))
                .web(WebApplicationType.NONE)
                .run("--xy.websocket.client.url=" + url)) {
            client.getBean(XyClient.class).connect().get(10, TimeUnit.SECONDS);
            Object stock = client.getBean(api);
            CompletableFuture<?> taken = (CompletableFuture<?>)
                    invocable(api, "take", String.class, int.class).invoke(stock, "A-1", 5);

            assertThat(taken.get(10, TimeUnit.SECONDS)).hasToString("Level[sku=A-1, amount=7]");
            assertThat(invocable(api, "level", String.class).invoke(stock, "A-1"))
                    .hasToString("Level[sku=A-1, amount=7]");
            CompletableFuture<?> refused = (CompletableFuture<?>)
                    invocable(api, "take", String.class, int.class).invoke(stock, "A-1", 100);
            assertThat(refused)
                    .failsWithin(10, TimeUnit.SECONDS)
                    .withThrowableThat()
                    .withMessageContaining("Cancelled");
        }
    }

    private static Method invocable(Class<?> type, String name, Class<?>... parameters) throws NoSuchMethodException {
        Method method = type.getMethod(name, parameters);
        method.setAccessible(true);
        return method;
    }
}
