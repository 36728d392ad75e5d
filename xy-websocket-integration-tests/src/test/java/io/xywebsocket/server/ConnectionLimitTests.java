package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyPeer;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;

/** How many connections there may be, how often they may be tried, and how long they may say nothing. */
@Tag("server")
@ExtendWith(OutputCaptureExtension.class)
class ConnectionLimitTests {

    private static Handshake from(App app, String address) {
        return app.handshake().header("X-Forwarded-For", address);
    }

    private static Handshake by(App app, String user) {
        return app.handshake().header("Authorization", Staff.basic(user));
    }

    @Test
    void aUserHasSoManyConnectionsAndGets429BeyondThem() {
        try (App app = App.secured("xy.websocket.max-sessions-per-user=2").start(Functions.class, Staff.class);
                RawClient one = by(app, "ada").open();
                RawClient two = by(app, "ada").open()) {
            assertThat(by(app, "ada").refused().status()).isEqualTo(429);
            try (RawClient bob = by(app, "bob").open();
                    RawClient nobody = app.connect()) {
                assertThat(bob.call("echo", "1").next()).endsWith("\"p\":1}");
                assertThat(nobody.call("echo", "1").next()).endsWith("\"p\":1}");
            }
            two.close();
            await().until(() -> by(app, "ada").response().status() == 101);
            assertThat(one.isOpen()).isTrue();
        }
    }

    /** A login whose name a header chooses. */
    static class Named {
        @Bean
        Filter login() {
            return (request, response, chain) -> {
                String name = ((HttpServletRequest) request).getHeader("X-Name");
                chain.doFilter(
                        new HttpServletRequestWrapper((HttpServletRequest) request) {
                            @Override
                            public Principal getUserPrincipal() {
                                return () -> name;
                            }
                        },
                        response);
            };
        }
    }

    @Test
    void aUserWithATooLongNameIsRefused(CapturedOutput output) {
        try (App app = App.of(Functions.class, Named.class)) {
            for (int i = 0; i < 3; i++) {
                assertThat(app.handshake()
                                .header("X-Name", "u".repeat(201))
                                .refused()
                                .status())
                        .isEqualTo(403);
            }
            assertThat(output).containsOnlyOnce("its user's name has 201 characters, and 200 at most are taken");
            try (RawClient longest =
                    app.handshake().header("X-Name", "u".repeat(200)).open()) {
                assertThat(longest.call("echo", "1").next()).endsWith("\"p\":1}");
            }
        }
    }

    @Test
    void aClientThatTheServerClosesMayComeBackAtOnce() {
        try (App app = App.secured("xy.websocket.max-sessions-per-user=1").start(Functions.class, Staff.class)) {
            try (RawClient first = by(app, "ada").notAnsweringClose().open()) {
                app.lifeCycle().connected().close(4401, "again");
                assertThat(first.closing().code()).isEqualTo(4401);
                try (RawClient second = by(app, "ada").open()) {
                    assertThat(second.call("echo", "1").next()).endsWith("\"p\":1}");
                }
            }
        }
    }

    @Test
    void anAddressHasSoManyConnectionsAsForwardedByTheProxy() {
        try (App app = App.with("xy.websocket.max-sessions-per-address=1", "server.forward-headers-strategy=framework")
                        .start(Functions.class);
                RawClient one = from(app, "10.0.0.1").open();
                RawClient two = from(app, "10.0.0.2").open();
                RawClient three = from(app, "2001:db8::1").open()) {
            assertThat(from(app, "10.0.0.1").refused().status()).isEqualTo(429);
            assertThat(from(app, "2001:db8::2").refused().status()).isEqualTo(429);
            assertThat(List.of(one, two, three)).allMatch(RawClient::isOpen);
        }
    }

    @Test
    void theBoundsHoldForHandshakesOfOneMoment() throws Exception {
        try (App app = App.with("xy.websocket.max-sessions=7").start(Functions.class)) {
            for (int round = 0; round < 5; round++) {
                List<RawClient> open = connectAtOnce(app, 40);
                assertThat(open).hasSize(7);
                open.forEach(RawClient::vanish);
                await().until(() -> app.endpoint().statistics().peers() == 0);
            }
        }
    }

    private static List<RawClient> connectAtOnce(App app, int tries) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(tries);
        try {
            CountDownLatch start = new CountDownLatch(1);
            List<Future<RawClient>> results = new ArrayList<>();
            for (int i = 0; i < tries; i++) {
                Callable<RawClient> connect = () -> {
                    start.await();
                    return app.connect();
                };
                results.add(threads.submit(connect));
            }
            start.countDown();
            List<RawClient> open = new ArrayList<>();
            for (Future<RawClient> result : results) {
                try {
                    open.add(result.get());
                } catch (ExecutionException e) {
                    assertThat(e.getCause()).hasMessageContaining("503");
                }
            }
            return open;
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void aHandshakeThatFailsGivesItsPermitBack() {
        try (App app = App.with("xy.websocket.max-sessions=1").start(Functions.class)) {
            for (int i = 0; i < 5; i++) {
                assertThat(app.handshake().version("12").refused().status()).isIn(400, 426);
                assertThat(app.handshake()
                                .origin("http://evil.example")
                                .refused()
                                .status())
                        .isEqualTo(403);
            }
            try (RawClient client = app.connect()) {
                assertThat(client.isOpen()).isTrue();
            }
        }
    }

    @Test
    void aConnectionGivesItsPermitBackHoweverItEnds() {
        try (App app = App.with("xy.websocket.max-sessions=1").start(Functions.class)) {
            connected(app).vanish();
            connected(app).reset();
            connected(app).sendClose(1000, "");
            connected(app).send("no frame");
            connected(app).frame(0x80 | RawClient.BINARY, new byte[3]);
            connected(app).raw(new byte[] {(byte) 0xff, 0, 0, 0, 0, 0});
            connected(app).vanish();
            await().until(() -> app.endpoint().statistics().peers() == 0);
        }
    }

    /** As soon as there is room. */
    private static RawClient connected(App app) {
        RawClient[] client = new RawClient[1];
        await().untilAsserted(() -> client[0] = app.connect());
        return client[0];
    }

    @Test
    void anAddressMayTryOnlySoOften() {
        try (App app = App.with(
                        "xy.websocket.rate-limit.handshakes-per-address=3/1h",
                        "server.forward-headers-strategy=framework")
                .start(Functions.class)) {
            for (int i = 0; i < 3; i++) {
                assertThat(from(app, "10.0.0.1").response().status()).isEqualTo(101);
            }

            Handshake.Response refused = from(app, "10.0.0.1").refused();

            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.header("Retry-After"))
                    .hasValueSatisfying(
                            seconds -> assertThat(Integer.parseInt(seconds)).isBetween(1100, 1200));
            assertThat(from(app, "10.0.0.2").response().status()).isEqualTo(101);
        }
    }

    @Test
    void whoBreaksTheProtocolPaysAsForAHandshake() {
        try (App app =
                App.with("xy.websocket.rate-limit.handshakes-per-address=6/1h").start(Functions.class)) {
            try (RawClient client = app.connect()) {
                assertThat(client.send("no frame").closing().code()).isEqualTo(1007);
            }
            try (RawClient client = app.connect()) {
                client.frame(0x80 | RawClient.BINARY, new byte[3]);
                assertThat(client.closing().code()).isEqualTo(1003);
            }
            try (RawClient client = app.connect()) {
                client.frame(0x80 | RawClient.TEXT, new byte[] {(byte) 0xff, (byte) 0xff}); // no UTF-8
                assertThat(client.closing().code()).isEqualTo(1007);
            }
            await().until(() -> app.endpoint().statistics().peers() == 0
                    && app.endpoint().statistics().closing() == 0);

            assertThat(app.handshake().refused().status()).isEqualTo(429);
        }
    }

    @Test
    void closesAPeerWithWhichNothingIsSaidAndNoOther() {
        try (App app = App.with("xy.websocket.idle-timeout=5s", "xy.websocket.heartbeat-interval=700ms")
                .start(Functions.class)) {
            long start = System.nanoTime();
            try (RawClient talking = app.connect();
                    RawClient quiet = app.connect()) {
                app.lifeCycle().connected();
                app.lifeCycle().connected();
                RawClient listening = app.connect();
                XyPeer addressed = app.lifeCycle().connected();
                for (int i = 0; quiet.isOpen(); i++) {
                    talking.nextPing();
                    talking.call("echo", "1").next();
                    addressed.send("tick", i);
                    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(RawClient.PATIENCE);
                }

                assertThat(quiet.closing()).isEqualTo(new RawClient.Closing(1000, "idle"));
                assertThat(quiet.unreadPings()).isPositive();
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofSeconds(1));
                assertThat(talking.isOpen()).isTrue();
                assertThat(listening.isOpen()).isTrue();
                listening.close();
            }
        }
    }

    @Test
    void aHandshakeThatIsNeverFinishedIsEnded() throws IOException {
        String property = App.ON_JETTY ? "server.jetty.connection-idle-timeout" : "server.tomcat.connection-timeout";
        try (App app = App.with(property + "=500ms").start(Functions.class);
                Socket socket = new Socket("localhost", app.port())) {
            socket.setSoTimeout((int) RawClient.PATIENCE.toMillis());
            socket.getOutputStream()
                    .write("GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConn"
                            .getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();

            while (in.read() >= 0) {} // an answer or none, and then the end
            assertThat(app.endpoint().statistics().connections()).isZero();
        }
    }
}
