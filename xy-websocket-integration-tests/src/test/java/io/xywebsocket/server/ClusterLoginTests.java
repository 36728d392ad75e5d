package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyRpc;
import io.xywebsocket.cluster.InMemoryBus;
import io.xywebsocket.cluster.XyBus;
import io.xywebsocket.concurrent.SystemClock;
import java.security.Principal;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.session.MapSessionRepository;
import org.springframework.session.config.annotation.web.http.EnableSpringHttpSession;

/** Tickets and logouts on two nodes of a cluster. */
@Tag("server")
@ExtendWith(OutputCaptureExtension.class)
class ClusterLoginTests {

    private static final SystemClock CLOCK = new SystemClock();
    private static final InMemoryBus BUS = new InMemoryBus(CLOCK);
    private static final List<byte[]> FRAMES = new CopyOnWriteArrayList<>();

    private static List<App> tokens;
    private static List<App> sessions;

    static class Desk {

        @XyRpc
        String whoAmI(@Nullable Principal user) {
            return user == null ? "nobody" : user.getName();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Node {

        @Bean
        XyBus bus() {
            return BUS.line(UUID.randomUUID().toString());
        }
    }

    /** Sessions in a store that the nodes share. */
    @Configuration(proxyBeanMethods = false)
    @EnableSpringHttpSession
    static class SharedSessions {

        private static final Map<String, org.springframework.session.Session> STORE = new ConcurrentHashMap<>();

        @Bean
        MapSessionRepository sessionRepository() {
            return new MapSessionRepository(STORE);
        }
    }

    @BeforeAll
    static void start() {
        BUS.fates((to, channel, frame) -> {
            FRAMES.add(frame);
            return InMemoryBus.Fate.DELIVER;
        });
        tokens = List.of(node("tokens", Tokens.ResourceServer.class), node("tokens", Tokens.ResourceServer.class));
        sessions = List.of(
                node("sessions", Staff.class, SharedSessions.class),
                node("sessions", Staff.class, SharedSessions.class));
        for (App app : List.of(tokens.get(0), tokens.get(1), sessions.get(0), sessions.get(1))) {
            await().until(() -> app.endpoint().clusterStatistics().orElseThrow().nodes() == 1);
        }
    }

    private static App node(String cluster, Class<?>... components) {
        List<Class<?>> all = new java.util.ArrayList<>(List.of(components));
        all.addAll(List.of(Desk.class, Node.class));
        return App.secured(
                        "xy.websocket.cluster.name=" + cluster,
                        "xy.websocket.ticket-path=/tickets",
                        "logging.level.io.xywebsocket=trace")
                .start(all.toArray(new Class<?>[0]));
    }

    @AfterAll
    static void stop() {
        tokens.forEach(App::close);
        sessions.forEach(App::close);
        CLOCK.close();
    }

    private static String ticket(App app, String... headers) {
        return Json.of(app.request("POST", "/tickets", headers).body())
                .path("ticket")
                .asText();
    }

    private static Handshake with(App app, String ticket) {
        return app.handshake().protocols("xy", "xy.bearer." + ticket);
    }

    private static void assertIs(String user, RawClient client) {
        assertThat(client.call("whoAmI", "null").next()).endsWith("\"p\":\"" + user + "\"}");
    }

    @Test
    void aTicketIsGoodAtAnotherNodeOnce(CapturedOutput output) {
        String token = Tokens.of("ada");
        String ticket = ticket(tokens.get(0), "Authorization", "Bearer " + token);
        try (RawClient client = with(tokens.get(1), ticket).open()) {
            assertIs("ada", client);
        }
        for (App app : tokens) {
            assertThat(with(app, ticket).refused().status()).isEqualTo(401);
        }
        assertThat(output.getAll()).doesNotContain(ticket).doesNotContain(token);
        assertThat(FRAMES).isNotEmpty().noneMatch(frame -> {
            String text = new String(frame);
            return text.contains(token) || text.contains(ticket.substring(ticket.lastIndexOf('.') + 1));
        });
    }

    @Test
    void aTicketThatItsNodeHasRedeemedIsVoidElsewhere() {
        String ticket = ticket(tokens.get(0), "Authorization", "Bearer " + Tokens.of("ada"));
        with(tokens.get(0), ticket).open().close();

        assertThat(with(tokens.get(1), ticket).refused().status()).isEqualTo(401);
    }

    @Test
    void aTicketOfAnUnknownNodeIsRefused() {
        assertThat(with(tokens.get(1), "xyt.0123456789ab.AAAA").refused().status())
                .isEqualTo(503);
        String node = ticket(tokens.get(0), "Authorization", "Bearer " + Tokens.of("ada"))
                .split("\\.")[1];
        assertThat(with(tokens.get(1), "xyt." + node + ".AAAA").refused().status())
                .isEqualTo(401);
    }

    @Test
    void aTicketOfASessionIsGoodAtAnotherNodeWithTheCookieOfTheSessionOnly() {
        String session = Staff.login(sessions.get(0), "ada");
        try (RawClient client = with(sessions.get(1), ticket(sessions.get(0), "Cookie", session))
                .header("Cookie", session)
                .open()) {
            assertIs("ada", client);
        }
        assertThat(with(sessions.get(1), ticket(sessions.get(0), "Cookie", session))
                        .refused()
                        .status())
                .isEqualTo(401);
        String bob = Staff.login(sessions.get(0), "bob");
        assertThat(with(sessions.get(1), ticket(sessions.get(0), "Cookie", session))
                        .header("Cookie", bob)
                        .refused()
                        .status())
                .isEqualTo(401);
    }

    @Test
    void aLogoutReachesThePeersOfTheSessionAtAnotherNodeAndNoOthers() {
        String session = Staff.login(sessions.get(0), "ada");
        String phone = Staff.login(sessions.get(1), "ada");
        try (RawClient tab =
                        sessions.get(1).handshake().header("Cookie", session).open();
                RawClient otherLogin =
                        sessions.get(1).handshake().header("Cookie", phone).open();
                RawClient withoutSession = Staff.connect(sessions.get(1), "ada");
                RawClient bob = Staff.connect(sessions.get(1), "bob")) {
            assertIs("ada", tab);
            sessions.get(0).request("POST", "/logout", "Cookie", session);

            assertThat(tab.closing()).isEqualTo(new RawClient.Closing(4401, "logged out"));
            assertThat(withoutSession.closing()).isEqualTo(new RawClient.Closing(4401, "logged out"));
            assertIs("ada", otherLogin);
            assertIs("bob", bob);
        }
        assertThat(FRAMES).noneMatch(frame -> new String(frame).contains(session.substring(session.indexOf('=') + 1)));
    }
}
