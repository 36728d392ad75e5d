package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.xywebsocket.XyConnectionListener;
import io.xywebsocket.XyException;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyRpc;
import io.xywebsocket.spring.XyConnectedEvent;
import io.xywebsocket.spring.XyDisconnectedEvent;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.server.ResponseStatusException;

/** Whoever listens to "connected" decides who is let in, on real servers, with Spring's events and its exceptions. */
@Tag("server")
class ConnectHookTests {

    private static App app;

    private RawClient client;

    /** Does what the handshake says. */
    static class Gate {

        final List<String> ran = new CopyOnWriteArrayList<>();
        final BlockingQueue<XyPeer> gone = new LinkedBlockingQueue<>();

        @EventListener
        @Order(1)
        void in(XyConnectedEvent event) throws Exception {
            XyPeer peer = event.peer();
            switch (peer.handshake().header("X-Gate").orElse("")) {
                case "forbidden" -> throw new XyException(403, "not you");
                case "denied" -> throw new AccessDeniedException("secret");
                case "bad" -> throw new BadCredentialsException("secret");
                case "status" -> throw new ResponseStatusException(HttpStatus.FORBIDDEN, "closed today");
                case "bug" -> throw new IllegalStateException("secret");
                case "checked" -> throw new IOException("secret");
                case "ask" -> peer.attributes().put("tenant", peer.await("tenant?", String.class));
                default -> peer.attributes().put("tenant", "none");
            }
        }

        @EventListener
        void out(XyDisconnectedEvent event) {
            gone.add(event.peer());
        }

        @XyRpc
        String tenant(XyPeer peer) {
            ran.add("tenant");
            return String.valueOf(peer.attributes().get("tenant"));
        }
    }

    /** Listens as a bean: hears of peers before the events do. */
    static class Bouncer implements XyConnectionListener {

        @Override
        public void connected(XyPeer peer) {
            if (peer.handshake().header("X-Gate").orElse("").equals("bean")) {
                throw new XyException(401, "log in first");
            }
        }

        @Override
        public void disconnected(XyPeer peer, int code, String reason) {}
    }

    @Configuration(proxyBeanMethods = false)
    static class Chain {
        @Bean
        SecurityFilterChain chain(HttpSecurity http) throws Exception {
            return http.authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                    .httpBasic(Customizer.withDefaults())
                    .build();
        }

        @Bean
        UserDetailsService users() {
            return new InMemoryUserDetailsManager(User.withUsername("ada")
                    .password("{noop}secret")
                    .roles("USER")
                    .build());
        }
    }

    @BeforeAll
    static void start() {
        app = App.secured().start(Gate.class, Bouncer.class, Chain.class);
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @AfterEach
    void disconnect() {
        client.close();
        app.bean(Gate.class).ran.clear();
        app.bean(Gate.class).gone.clear();
    }

    @ParameterizedTest
    @CsvSource({
        "forbidden,false,4403,not you",
        "denied,false,4401,Not authenticated",
        "denied,true,4403,Access denied",
        "bad,false,4401,Not authenticated",
        "status,false,4403,closed today",
        "bug,false,1011,Internal error",
        "checked,false,1011,Internal error",
        "bean,false,4401,log in first"
    })
    void aListenerThatThrowsClosesThePeerBeforeAnythingOfItRuns(String gate, boolean loggedIn, int code, String reason)
            throws InterruptedException {
        Handshake handshake = app.handshake().header("X-Gate", gate);
        client = (loggedIn ? handshake.header("Authorization", "Basic YWRhOnNlY3JldA==") : handshake).open();
        try {
            client.call("tenant", "null");
        } catch (java.io.UncheckedIOException e) {
            // hung up on already
        }
        assertThat(client.closing()).isEqualTo(new RawClient.Closing(code, reason));
        client.awaitEnd();
        if (!gate.equals("bean")) {
            assertThat(app.bean(Gate.class).gone.poll(10, TimeUnit.SECONDS)).isNotNull();
        }
        assertThat(app.bean(Gate.class).ran).isEmpty();
    }

    @Test
    void callsWaitForAListenerThatAsksThePeer() {
        client = app.handshake().header("X-Gate", "ask").open();
        client.call("tenant", "null");
        String question = client.next();
        assertThat(question).contains("tenant?");
        assertThat(client.call("xy.alive", "null").next()).contains("404");
        assertThat(app.bean(Gate.class).ran).isEmpty();
        client.send(Json.resolve(question, "\"north\""));
        assertThat(client.next()).isEqualTo("{\"e\":\"resolve.tenant\",\"id\":\"tenant\",\"p\":\"north\"}");
    }
}
