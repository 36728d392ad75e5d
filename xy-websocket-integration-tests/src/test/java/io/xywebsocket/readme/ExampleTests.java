package io.xywebsocket.readme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyException;
import io.xywebsocket.XyHandlers;
import io.xywebsocket.client.XyClient;
import io.xywebsocket.readme.Page.Block;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.web.SecurityFilterChain;

/** Beans of the pages on peers, errors, operations and migrating, in one application. */
@ExtendWith(OutputCaptureExtension.class)
class ExampleTests {

    @TempDir
    static Path folder;

    private static ConfigurableApplicationContext application;
    private static String host;

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        @Bean
        SecurityFilterChain open(HttpSecurity http) throws Exception {
            return http.authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                    .csrf(AbstractHttpConfigurer::disable)
                    .build();
        }
    }

    @BeforeAll
    static void start() throws Exception {
        List<String> sources = new ArrayList<>();
        for (String page : List.of("peers", "limits-and-errors", "operations", "migrating")) {
            Page.of("docs/" + page + ".md").blocks("java").stream()
                    .filter(Block::isFile)
                    .map(Block::text)
                    .forEach(sources::add);
        }
        ClassLoader compiled = Snippets.compile(folder, sources);
        List<Class<?>> beans = new ArrayList<>(List.of(Application.class));
        for (String name : List.of("Reports", "Doorkeeper", "Errors", "ConnectedPeers", "Stomp", "Prices")) {
            beans.add(compiled.loadClass("com.example.demo." + name));
        }
        application = new SpringApplicationBuilder(beans.toArray(Class<?>[]::new))
                .run("--server.port=0", "--spring.config.name=none");
        host = "localhost:" + QuickStartTests.port(application);
    }

    @AfterAll
    static void stop() {
        if (application != null) {
            application.close();
        }
    }

    private static XyClient connected() {
        XyClient client = XyClient.builder(URI.create("ws://" + host + "/ws")).build();
        client.connect().join();
        return client;
    }

    @Test
    void progressComesBeforeTheAnswer() {
        Queue<String> heard = new ConcurrentLinkedQueue<>();
        try (XyClient client = connected()) {
            client.handlers().on("report.progress", (name, payload, peer) -> heard.add(payload.json()));

            assertThat(client.await("report.export", "sales", String.class)).isEqualTo("/exports/sales.pdf");
            assertThat(heard).contains("{\"report\":\"sales\",\"percent\":90}");
        }
    }

    @Test
    void anExceptionIsMapped() {
        application.getBean(XyHandlers.class).register("missing", (name, payload, peer) -> {
            throw new NoSuchElementException();
        });
        try (XyClient client = connected()) {
            assertThatThrownBy(() -> client.await("missing", String.class))
                    .isInstanceOfSatisfying(
                            XyException.class, e -> assertThat(e.status()).isEqualTo(404))
                    .hasMessage("No such item");
        }
    }

    @Test
    void thoseConnectedAreListedAndCanBeDisconnected(CapturedOutput output) throws Exception {
        CompletableFuture<Integer> ended = new CompletableFuture<>();
        try (XyClient client = XyClient.builder(URI.create("ws://" + host + "/ws"))
                .reconnect((code, reason) -> false)
                .build()) {
            client.onDisconnected((peer, code, reason) -> ended.complete(code));
            client.connect().join();

            String listed = http("GET", "/admin/peers");
            assertThat(listed).matches("\\[\\{\"id\":\"[^\"]+\",\"user\":null,\"groups\":\\[],\"since\":\"[^\"]+\"}]");
            String id = listed.replaceFirst(".*\"id\":\"([^\"]+)\".*", "$1");
            assertThat(output).contains("connected: " + id);
            http("DELETE", "/admin/peers/" + id);
            assertThat(ended.get(10, TimeUnit.SECONDS)).isEqualTo(1008);
            await().untilAsserted(() -> assertThat(output).contains("gone: " + id + ", close code 1008"));
        }
    }

    @Test
    void stompAndXyServeOneApplication() throws Exception {
        Queue<String> heard = new ConcurrentLinkedQueue<>();
        Queue<String> frames = new ConcurrentLinkedQueue<>();
        Object prices = application.getBean("prices");
        Method changed = prices.getClass().getDeclaredMethod("changed", String.class);
        changed.setAccessible(true);
        WebSocket stomp = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .subprotocols("v12.stomp")
                .buildAsync(URI.create("ws://" + host + "/stomp"), new Frames(frames))
                .join();
        try (XyClient client = connected()) {
            client.handlers().on("prices", String.class, heard::add);
            stomp.sendText("CONNECT\naccept-version:1.2\nhost:localhost\n\n\0", true)
                    .join();
            await().until(() -> frames.stream().anyMatch(frame -> frame.startsWith("CONNECTED")));
            stomp.sendText("SUBSCRIBE\nid:0\ndestination:/topic/prices\n\n\0", true)
                    .join();

            await().untilAsserted(() -> {
                changed.invoke(prices, "12"); // again, as STOMP doesn't say when one is subscribed
                assertThat(frames).anyMatch(frame -> frame.startsWith("MESSAGE") && frame.contains("\n\n12"));
                assertThat(heard).contains("12");
            });
        } finally {
            stomp.abort();
        }
    }

    private static String http(String method, String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + host + path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.body();
    }

    private record Frames(Queue<String> frames) implements WebSocket.Listener {
        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            frames.add(data.toString());
            from.request(1);
            return null;
        }
    }
}
