package io.xywebsocket.readme;

import static org.assertj.core.api.Assertions.assertThat;

import io.xywebsocket.client.XyClient;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
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

/** The README's clients, taken from the README, against the server of its quick start. */
@ExtendWith(OutputCaptureExtension.class)
class ClientSectionTests {

    private static final String SECTION = "## The Java client\n";

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
        List<String> client = blocks(section());
        compiled = compile(blocks(readme()).get(0), client.get(0), client.get(1));
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

    @Test
    void theTableHasEveryPropertyWithItsDefault() throws IOException {
        Map<String, String> properties = PropertyTable.known("xy.websocket.client.");
        properties.keySet().removeIf(name -> name.matches("protocol\\.(call|resolve|reject|cancel)-prefix"));
        assertThat(PropertyTable.documented(section())).isEqualTo(properties);
    }

    private static Method invocable(Class<?> type, String name, Class<?>... parameters) throws NoSuchMethodException {
        Method method = type.getMethod(name, parameters);
        method.setAccessible(true);
        return method;
    }

    private static String readme() throws IOException {
        return Files.readString(Path.of("..", "README.md"));
    }

    private static String section() throws IOException {
        String readme = readme();
        int start = readme.indexOf(SECTION);
        return readme.substring(start, readme.indexOf("\n## ", start + 1));
    }

    private static List<String> blocks(String text) {
        Matcher block =
                Pattern.compile("```java\\n(package .*?)```", Pattern.DOTALL).matcher(text);
        List<String> blocks = new ArrayList<>();
        while (block.find()) {
            blocks.add(block.group(1));
        }
        return blocks;
    }

    private ClassLoader compile(String... sources) throws Exception {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> arguments =
                new ArrayList<>(List.of("-parameters", "-proc:none", "-cp", classPath, "-d", folder.toString()));
        for (String source : sources) {
            Matcher name = Pattern.compile("(?m)^(?:public )?(?:class|interface) (\\w+)")
                    .matcher(source);
            assertThat(name.find()).isTrue();
            arguments.add(Files.writeString(folder.resolve(name.group(1) + ".java"), source)
                    .toString());
        }
        int failures = ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new));
        assertThat(failures).isZero();
        // not closed: the classes stay in use
        return new URLClassLoader(new URL[] {folder.toUri().toURL()}, getClass().getClassLoader());
    }
}
