package io.xywebsocket.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import io.xywebsocket.XyNotConnectedException;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyRpc;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** After which ends a client doesn't come back by itself, and what brings it back. */
class StayingAwayTests extends WithClients {

    interface Stock {
        @XyRpc("stock.level")
        int level(String sku);
    }

    private final RawServer server = server();

    /** A client whose connection the server has closed. */
    private XyClient closedWith(XyClientBuilder builder, int code, String reason) {
        XyClient client = connect(builder);
        server.next().close(code, reason);
        return client;
    }

    private XyClient dormantAfter(XyClientBuilder builder, int code, String reason) {
        XyClient client = closedWith(builder, code, reason);
        await().until(() -> client.state() == XyClient.State.DORMANT);
        return client;
    }

    @ParameterizedTest
    @CsvSource({"1000, ''", "1000, idle", "4401, the login has expired", "4403, forbidden"})
    void staysAwayByItself(int code, String reason) {
        XyClient client = client(builder(server).header("Authorization", "Bearer always the same"));
        List<String> told = new CopyOnWriteArrayList<>();
        List<Retry> retries = retries(client);
        client.onDisconnected((peer, number, text) -> told.add(number + " " + text));
        get(client.connect());
        server.next().close(code, reason);
        await().until(() -> client.state() == XyClient.State.DORMANT);
        await().during(millis(200)).until(() -> server.requests().size() == 1);
        assertThat(told).containsExactly(code + " " + reason);
        assertThat(retries).isEmpty();
        assertThat(client.peer()).isEmpty();
        client.close();
        assertThat(client.state()).isEqualTo(XyClient.State.CLOSED);
        awaitNoThreads();
    }

    @ParameterizedTest
    @ValueSource(ints = {1001, 1005, 1008, 1011, 4000, 4003, 4404})
    void comesBackAfterOtherEnds(int code) {
        closedWith(builder(server), code, "");
        server.next();
    }

    @Test
    void comesBackAfterALoginHasEndedIfItMayHaveAnother() {
        closedWith(builder(server).token(() -> "t" + server.requests().size()), XyPeer.LOGIN_ENDED, "expired");
        server.next();
        assertThat(server.requests())
                .extracting(request -> request.header("Authorization"))
                .endsWith("Bearer t1");

        closedWith(builder(server).headers(() -> Map.of("X-Key", "another")), XyPeer.LOGIN_ENDED, "expired");
        server.next();
    }

    @Test
    void theNextCallAfterAnIdleCloseConnectsAndIsAnswered() {
        XyClient client = dormantAfter(builder(server), 1000, "idle");
        Stock stock = client.proxy(Stock.class);
        for (int i = 0; i < 3; i++) {
            CompletableFuture<Integer> answer = CompletableFuture.supplyAsync(() -> stock.level("A-1"));
            RawConnection connection = server.next().answerNext("stock.level", "7");
            assertThat(get(answer)).isEqualTo(7);
            connection.close(1000, "idle");
            await().until(() -> client.state() == XyClient.State.DORMANT);
        }
        CompletableFuture<Integer> several = client.call("one", Integer.class);
        CompletableFuture<Integer> atOnce = client.call("two", Integer.class);
        server.next().answerNext("one", "1").answerNext("two", "2");
        assertThat(get(several) + get(atOnce)).isEqualTo(3);
        assertThat(server.requests()).hasSize(5);
    }

    @Test
    void anEventAfterAnIdleCloseIsNotSentButConnects() {
        XyClient client = dormantAfter(builder(server), 1000, "idle");
        assertThat(client.send("note", "lost")).isFalse();
        server.next();
        await().until(() -> client.send("note", "heard"));
    }

    @Test
    void theCallOfAListenerOfTheEndConnects() {
        XyClient client = client(server);
        List<CompletableFuture<Integer>> calls = new CopyOnWriteArrayList<>();
        client.onDisconnected((peer, code, reason) -> calls.add(client.call("add", Integer.class)));
        client.connect();
        server.next().close(1000, "idle");
        server.next().answerNext("add", "3");
        assertThat(get(calls.get(0))).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void afterAProhibitionCallsFailAtOnceAndOnlyConnectBringsItBack(boolean waitForConnection) {
        XyClient client = dormantAfter(
                builder(server)
                        .waitForConnection(waitForConnection)
                        .callTimeout(Duration.ofMinutes(1))
                        .token(() -> "t"),
                4403,
                "forbidden");
        assertThat(failure(client.call("add", Integer.class))).isInstanceOf(XyNotConnectedException.class);
        assertThat(client.send("note", 1)).isFalse();
        assertThat(client.state()).isEqualTo(XyClient.State.DORMANT);
        CompletableFuture<XyPeer> connected = client.connect();
        assertThat(get(connected).isOpen()).isTrue();
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void connectInAListenerOfTheEndBringsItBack() {
        XyClient client = client(server);
        List<CompletableFuture<XyPeer>> back = new CopyOnWriteArrayList<>();
        client.onDisconnected((peer, code, reason) -> back.add(client.connect()));
        get(client.connect());
        server.next().close(4403, "not so");
        server.next();
        assertThat(get(back.get(0)).isOpen()).isTrue();
    }

    @Test
    void thePolicyDecidesAboutAllEnds() {
        List<String> asked = new CopyOnWriteArrayList<>();
        XyClient client = connect(builder(server).reconnect((code, reason) -> {
            asked.add(code + " " + reason);
            return code != 4003;
        }));
        server.next().close(1000, "idle");
        server.next().close(4403, "forbidden");
        server.next().close(4401, "expired");
        server.next().vanish();
        server.next().send("no JSON");
        server.next().close(4003, "kicked");
        await().until(() -> client.state() == XyClient.State.DORMANT);
        await().during(millis(200)).until(() -> server.requests().size() == 6);
        assertThat(asked)
                .hasSize(6)
                .startsWith("1000 idle", "4403 forbidden", "4401 expired")
                .endsWith("4003 kicked");
        assertThat(asked.get(3)).startsWith("1006");
        assertThat(asked.get(4)).startsWith("1007");
        assertThat(failure(client.call("add", Integer.class))).isInstanceOf(XyNotConnectedException.class);
        client.connect();
        server.next();
    }

    @Test
    void aPolicyThatFailsLetsItComeBackWithALineInTheLog() {
        try (Log log = new Log()) {
            connect(builder(server).reconnect((code, reason) -> {
                throw new IllegalStateException("undecided");
            }));
            server.next().close(4003, "kicked");
            server.next();
            assertThat(log.lines(Level.ERROR)).singleElement().asString().contains("could not be decided");
        }
    }

    /** That it isn't undone within a moment for ever. */
    @Test
    void waitsLongerAndLongerAlsoIfCallsAreWhatBringsItBack() {
        XyClient client = connect(XyClient.builder(server.uri()).backoff(millis(1), Duration.ofHours(1)));
        client.onDisconnected((peer, code, reason) -> client.send("note", "come back"));
        long begin = System.nanoTime();
        for (int i = 0; i < 12; i++) { // of pauses up to 1, 2, 4 … 2,048 ms
            server.next().close(1000, "no");
            int connections = i + 2;
            await().atMost(Duration.ofSeconds(20)).until(() -> {
                client.send("note", "come back");
                return client.statistics().connections() == connections;
            });
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(millis(200));
    }

    @Test
    void anIdleTimeoutOfItsOwnIsNotUndoneEither() {
        XyClient client = connect(builder(server).idleTimeout(Duration.ofMillis(200)));
        assertThat(server.next().awaitClosed().reason()).isEqualTo("idle");
        await().until(() -> client.state() == XyClient.State.DORMANT);
        CompletableFuture<Integer> answer = client.call("add", Integer.class);
        server.next().answerNext("add", "3");
        assertThat(get(answer)).isEqualTo(3);
    }

    /** The client's log, at all levels, throws. */
    private static void withoutALog(Runnable test) {
        Logger logger = (Logger) LoggerFactory.getLogger(XyClient.class.getPackageName());
        UnsynchronizedAppenderBase<ILoggingEvent> appender = new UnsynchronizedAppenderBase<>() {
            @Override
            public void doAppend(ILoggingEvent event) {
                throw new LinkageError("no room on the disk");
            }

            @Override
            protected void append(ILoggingEvent event) {}
        };
        logger.setLevel(Level.DEBUG);
        logger.addAppender(appender);
        try {
            test.run();
        } finally {
            logger.detachAppender(appender);
            logger.setLevel(null);
        }
    }

    @Test
    void aPolicyAndALogThatThrowCostNoReturn() {
        withoutALog(() -> {
            XyClient client = closedWith(
                    builder(server).reconnect((code, reason) -> {
                        throw new IllegalStateException("undecided");
                    }),
                    1000,
                    "idle");
            RawConnection again = server.next();
            await().until(() -> client.peer().isPresent());
            CompletableFuture<Integer> answer = client.call("f", Integer.class);
            again.answerNext("f", "7");
            assertThat(get(answer)).isEqualTo(7);
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 4403})
    void aLogThatThrowsCostsNoWayBack(int code) {
        withoutALog(() -> {
            XyClient client = dormantAfter(builder(server), code, "");
            CompletableFuture<Integer> answer = client.call("f", Integer.class);
            if (code == 1000) {
                server.next().answerNext("f", "7");
                assertThat(get(answer)).isEqualTo(7);
            } else {
                assertThat(failure(answer)).isInstanceOf(XyNotConnectedException.class);
                get(client.connect());
            }
        });
    }
}
