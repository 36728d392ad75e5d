package io.xywebsocket.readme;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;

/** The README's quick start, taken from the README. */
class QuickStartTests {

    @TempDir
    Path folder;

    @Test
    void theBeanOfTheReadmeCompilesAndAnswersAndAsksItsCaller() throws Exception {
        Class<?> bean = Snippets.compile(folder, block("java"));
        try (ConfigurableApplicationContext application = start(bean);
                Peer page = new Peer(application)) {
            page.send("{\"e\":\"c.stock.level\",\"id\":1}");
            assertThat(page.next()).isEqualTo("{\"e\":\"resolve.stock.level\",\"id\":1,\"p\":12}");

            page.send("{\"e\":\"c.stock.take\",\"p\":5,\"id\":2}");
            page.answer(page.next(), "c.confirm", "\"Take 5?\"", "true");
            assertThat(page.next()).isEqualTo("{\"e\":\"e.stock.changed\",\"p\":7}");
            assertThat(page.next()).isEqualTo("{\"e\":\"resolve.stock.take\",\"id\":2,\"p\":7}");

            page.send("{\"e\":\"c.stock.take\",\"p\":1,\"id\":3}");
            page.answer(page.next(), "c.confirm", "\"Take 1?\"", "false");
            assertThat(page.next())
                    .isEqualTo("{\"e\":\"reject.stock.take\",\"id\":3,\"p\":{\"ok\":false,\"status\":409,"
                            + "\"message\":\"Cancelled\"}}");
        }
    }

    @Test
    void thePageOfTheReadmeUsesWhatTheBeanOffersAndTheScriptThatIsServed() throws IOException {
        String page = block("html");
        String bean = block("java");
        assertThat(names("xy\\.call\\('([^']+)'", page)).isNotEmpty().isSubsetOf(names("@XyRpc\\(\"([^\"]+)\"", bean));
        assertThat(names("xy\\.on\\('([^']+)'", page))
                .isNotEmpty()
                .isSubsetOf(names("broadcast\\w*\\((?:peer, )?\"([^\"]+)\"", bean));
        assertThat(names("await\\(\"([^\"]+)\"", bean))
                .isNotEmpty()
                .isSubsetOf(names("xy\\.register\\('([^']+)'", page));
        assertThat(page).contains("from '/xy-websocket.js'").contains("connect('/ws')");
    }

    static String block(String language) throws IOException {
        return Page.of("README.md").block("## Quick start", language).text();
    }

    private static List<String> names(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    static ConfigurableApplicationContext start(Class<?> bean, String... arguments) {
        List<String> all = new ArrayList<>(List.of(
                "--server.port=0",
                "--spring.config.name=none", // the sample, which is on the class path too, has an application.yml
                "--spring.threads.virtual.enabled=" + Boolean.getBoolean("xy.test.virtual-threads")));
        all.addAll(List.of(arguments));
        return new SpringApplicationBuilder(Application.class, bean)
                .resourceLoader(new DefaultResourceLoader(bean.getClassLoader()))
                .run(all.toArray(new String[0]));
    }

    static int port(ConfigurableApplicationContext application) {
        return application.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        /** The tests have Spring Security on their class path; the quick start has not. */
        @Bean
        SecurityFilterChain open(HttpSecurity http) throws Exception {
            return http.authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                    .build();
        }
    }

    private static final class Peer implements AutoCloseable, WebSocket.Listener {

        private static final Pattern CALL = Pattern.compile("\\{\"e\":\"(.*?)\",\"p\":(.*?),\"id\":(.*?)}");

        private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
        private final WebSocket socket;

        Peer(ConfigurableApplicationContext application) {
            socket = HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .buildAsync(URI.create("ws://localhost:" + port(application) + "/ws"), this)
                    .join();
        }

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            received.add(data.toString());
            from.request(1);
            return null;
        }

        void send(String frame) {
            socket.sendText(frame, true).join();
        }

        String next() throws InterruptedException {
            return Objects.requireNonNull(received.poll(10, TimeUnit.SECONDS), "nothing came");
        }

        void answer(String call, String e, String payload, String answer) {
            Matcher frame = CALL.matcher(call);
            assertThat(frame.matches()).as(call).isTrue();
            assertThat(frame.group(1)).isEqualTo(e);
            assertThat(frame.group(2)).isEqualTo(payload);
            send("{\"e\":\"resolve" + e.substring(1) + "\",\"id\":" + frame.group(3) + ",\"p\":" + answer + "}");
        }

        @Override
        public void close() {
            socket.abort();
        }
    }
}
