package io.xywebsocket.readme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyException;
import io.xywebsocket.client.XyClient;
import io.xywebsocket.readme.Page.Block;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;

/** The beans of docs/groups-and-presence.md, compiled and run. */
class GroupsPageTests {

    @TempDir
    static Path folder;

    private static ConfigurableApplicationContext application;
    private static URI uri;

    private final List<XyClient> clients = new ArrayList<>();

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @EnableMethodSecurity
    static class Application {

        @Bean
        SecurityFilterChain basic(HttpSecurity http) throws Exception {
            return http.authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                    .httpBasic(Customizer.withDefaults())
                    .build();
        }

        @Bean
        UserDetailsService users() {
            return new InMemoryUserDetailsManager(
                    user("ada", "depot:north"), user("bob"), user("clerk", "depot:north", "ROLE_CLERK"));
        }

        private static UserDetails user(String name, String... authorities) {
            return User.withUsername(name)
                    .password("{noop}secret")
                    .authorities(authorities)
                    .build();
        }
    }

    @BeforeAll
    static void start() throws Exception {
        List<String> sources = Page.of("docs/groups-and-presence.md").blocks("java").stream()
                .filter(Block::isFile)
                .map(Block::text)
                .toList();
        ClassLoader compiled = Snippets.compile(folder, sources);
        application = new SpringApplicationBuilder(
                        Application.class,
                        compiled.loadClass("com.example.demo.Depots"),
                        compiled.loadClass("com.example.demo.WhoIsOnline"))
                .resourceLoader(new DefaultResourceLoader(compiled))
                .run("--server.port=0", "--spring.config.name=none", "--xy.websocket.presence.linger=0s");
        uri = URI.create("ws://localhost:" + QuickStartTests.port(application) + "/ws");
    }

    @AfterAll
    static void stop() {
        if (application != null) {
            application.close();
        }
    }

    @AfterEach
    void leave() {
        clients.forEach(XyClient::close);
    }

    private XyClient client(String user) {
        byte[] login = (user + ":secret").getBytes(StandardCharsets.UTF_8);
        XyClient client = XyClient.builder(uri)
                .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(login))
                .build();
        clients.add(client);
        return client;
    }

    private XyClient connected(String user) {
        XyClient client = client(user);
        client.connect().join();
        return client;
    }

    @Test
    void onlyWhoMayWatchesADepotAndHearsOfIt() {
        XyClient clerk = connected("clerk");
        XyClient ada = connected("ada");
        XyClient bob = connected("bob");
        Queue<String> heard = new ConcurrentLinkedQueue<>();
        for (XyClient client : List.of(clerk, ada, bob)) {
            client.handlers().on("parcel.arrived", (name, payload, peer) -> heard.add(payload.json()));
        }
        assertThat(ada.await("depot.watch", "north", String[].class)).isEmpty();
        assertThat(clerk.await("depot.watch", "north", String[].class)).isEmpty();
        assertThatThrownBy(() -> bob.await("depot.watch", "north", String[].class))
                .isInstanceOfSatisfying(
                        XyException.class, e -> assertThat(e.status()).isEqualTo(403));

        assertThat(arrived(clerk, "P-1")).isEqualTo(1);
        assertThat(clerk.await("depot.watch", "north", String[].class)).containsExactly("P-1");
        ada.await("depot.unwatch", "north", Void.class);
        assertThat(arrived(clerk, "P-2")).isZero();
        await().untilAsserted(() -> assertThat(heard).containsExactly("{\"depot\":\"north\",\"parcel\":\"P-1\"}"));
    }

    private static int arrived(XyClient clerk, String parcel) {
        return clerk.await("parcel.arrived", Map.of("depot", "north", "parcel", parcel), Integer.class);
    }

    @Test
    void aPageSeesWhoIsOnline() {
        XyClient ada = client("ada");
        Queue<String> shown = new ConcurrentLinkedQueue<>();
        ada.handlers().on("users.online", (name, payload, peer) -> shown.add(payload.json()));
        ada.connect().join();
        ada.await("users.list", Void.class);
        await().untilAsserted(() -> assertThat(shown).last().isEqualTo("[\"ada\"]"));

        XyClient bob = connected("bob");
        await().untilAsserted(() -> assertThat(shown).last().isEqualTo("[\"ada\",\"bob\"]"));
        bob.close();
        await().untilAsserted(() -> assertThat(shown).last().isEqualTo("[\"ada\"]"));
    }
}
