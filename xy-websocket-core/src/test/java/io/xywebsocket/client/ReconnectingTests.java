package io.xywebsocket.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.xywebsocket.XyEvent;
import io.xywebsocket.XyLimits;
import io.xywebsocket.XyNotConnectedException;
import io.xywebsocket.XyRpc;
import io.xywebsocket.XyTimeouts;
import io.xywebsocket.engine.HeldPort;
import io.xywebsocket.engine.SlowClock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What can go wrong with a connection, and that nothing but it is lost. */
class ReconnectingTests extends WithClients {

    record Disconnection(int code, String reason) {}

    interface Stock {
        @XyRpc("stock.level")
        int level(String sku);

        @XyEvent("note")
        boolean note(String text);
    }

    private static List<Disconnection> disconnections(XyClient client) {
        List<Disconnection> disconnections = new CopyOnWriteArrayList<>();
        client.onDisconnected((peer, code, reason) -> disconnections.add(new Disconnection(code, reason)));
        return disconnections;
    }

    @Test
    void keepsRegistrationsAndProxiesWhenTheServerRestarts() {
        HeldPort port = closing(new HeldPort());
        RawServer server = closing(RawServer.at(port.number()));
        XyClient client = client(server);
        client.handlers().register("courier.locate", String.class, id -> id + " is here");
        Stock stock = client.proxy(Stock.class);
        for (int restart = 0; restart < 3; restart++) {
            get(client.connect());
            RawConnection connection = server.next();
            await().until(() -> client.state() == XyClient.State.CONNECTED);
            assertThat(stock.note("hello")).isTrue();
            assertThat(connection.next()).isEqualTo("{\"e\":\"e.note\",\"p\":\"hello\"}");
            CompletableFuture<Integer> level = CompletableFuture.supplyAsync(() -> stock.level("A-1"));
            connection.answerNext("stock.level", "12");
            assertThat(get(level)).isEqualTo(12);
            connection.call("courier.locate", "\"c1\"", "7");
            assertThat(connection.next()).contains("\"id\":\"7\"", "c1 is here");
            server.close();
            await().until(() -> client.peer().isEmpty());
            assertThat(stock.note("nobody hears")).isFalse();
            server = closing(RawServer.at(port.number()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"close", "vanish", "reset", "not JSON", "bad frame", "binary", "too large"})
    void failsPendingCallsAtOnceAndSaysHowTheConnectionEnded(String end) {
        RawServer server = server();
        XyClient client = connect(
                builder(server).callTimeout(Duration.ofSeconds(60)).limits(XyLimits.DEFAULT.withMaxMessageSize(1000)));
        List<Disconnection> disconnections = disconnections(client);
        List<Retry> retries = retries(client);
        RawConnection connection = server.next();
        CompletableFuture<String> pending = client.call("slow", String.class);
        connection.nextWith("slow");
        switch (end) {
            case "close" -> connection.close(4000, "enough");
            case "vanish" -> connection.vanish();
            case "reset" -> connection.reset();
            case "not JSON" -> connection.send("{");
            case "bad frame" -> connection.frame(0xf0 | RawConnection.TEXT, new byte[1]);
            case "binary" -> connection.frame(0x80 | RawConnection.BINARY, new byte[1]);
            default -> connection.send("x".repeat(1001));
        }
        assertThat(failure(pending)).isInstanceOf(XyNotConnectedException.class);
        await().until(() -> disconnections.size() == 1 && retries.size() == 1);
        int code =
                switch (end) {
                    case "close" -> 4000;
                    case "not JSON" -> 1007;
                    case "binary" -> 1003;
                    case "too large" -> 1009;
                    default -> 1006;
                };
        assertThat(disconnections.get(0).code()).isEqualTo(code);
        assertThat(retries.get(0).failedTries()).isZero();
        assertThat(retries.get(0).cause())
                .isInstanceOf(XyNotConnectedException.class)
                .hasMessageContaining("The connection ended with ");
        server.next(); // and is there again
        await().until(() -> client.state() == XyClient.State.CONNECTED);
        await().until(() -> client.statistics().closing() == 0);
        assertThat(client.statistics().pendingCalls()).isZero();
    }

    @Test
    void noticesAServerThatHasGoneSilent() {
        RawServer server = server();
        XyClient client = connect(builder(server).heartbeatInterval(millis(1_000)));
        List<Disconnection> disconnections = disconnections(client);
        RawConnection first = server.next();
        await().until(() -> first.pings() >= 2);
        assertThat(disconnections).isEmpty();
        first.goSilent();
        await().until(() -> disconnections.size() == 1);
        assertThat(disconnections.get(0).code()).isEqualTo(1006);
        assertThat(disconnections.get(0).reason()).contains("no sign of life");
        server.next();
        assertThat(first.awaitClosed().code()).isEqualTo(1006);
    }

    /** One that has too much to do to read what we send can't answer our pings; that it lives we hear from its own. */
    @Test
    void staysWithAServerThatAnswersNoPingsButSendsItsOwn() {
        RawServer server = server();
        XyClient client = connect(builder(server).heartbeatInterval(millis(1_000)));
        List<Disconnection> disconnections = disconnections(client);
        RawConnection busy = server.next().goSilent();
        int already = busy.pings();
        await().pollInterval(millis(100)).until(() -> {
            busy.frame(0x80 | RawConnection.PING, new byte[0]);
            return busy.pings() >= already + 4 || !disconnections.isEmpty();
        });
        assertThat(disconnections).isEmpty();
        assertThat(client.state()).isEqualTo(XyClient.State.CONNECTED);
    }

    @Test
    void comesBackAfterItsApplicationHasClosedTheConnection() {
        RawServer server = server();
        XyClient client = connect(builder(server));
        CountDownLatch seen = new CountDownLatch(1);
        server.manner((request, socket) -> {
            seen.await(); // it comes back within milliseconds
            return RawServer.welcome().answer(request, socket);
        });
        client.peer().orElseThrow().close();
        assertThat(client.state()).isNotEqualTo(XyClient.State.CONNECTED);
        seen.countDown();
        assertThat(server.next().awaitClosed().code()).isEqualTo(1000);
        server.next();
        await().until(() -> client.state() == XyClient.State.CONNECTED);
    }

    @Test
    void doesNotWaitForAServerThatDoesNotAnswerACloseFrame() {
        RawServer server = server();
        XyClient client = connect(builder(server)
                .timeouts(XyTimeouts.DEFAULT
                        .withSend(millis(200))
                        .withHeartbeatInterval(millis(1000))
                        .withCall(millis(1000))));
        RawConnection connection = server.next().goSilent();
        client.peer().orElseThrow().close();
        connection.awaitClosed();
        server.next();
    }

    @Test
    void isConnectedAgainWhileAHandlerNeverReturns() {
        RawServer server = server();
        CountDownLatch never = new CountDownLatch(1);
        XyClient client = client(server);
        client.handlers().register("hang", Object.class, any -> {
            never.await();
            return "at last";
        });
        client.handlers().register("fail", Object.class, any -> {
            throw new IllegalStateException("secret");
        });
        client.connect();
        RawConnection first = server.next();
        first.call("hang", "1", "1").call("fail", "1", "2");
        assertThat(first.nextWith("\"2\""))
                .contains("reject.fail", "\"status\":500")
                .doesNotContain("secret");
        first.vanish();
        RawConnection second = server.next();
        second.call("fail", "1", "3");
        second.nextWith("\"3\"");
        never.countDown();
        await().during(millis(100)).until(() -> second.received().size() == 1); // the late answer belongs to the first
    }

    @Test
    void tellsConnectedAndDisconnectedInTurn() {
        RawServer server = server();
        SlowClock clock = closing(new SlowClock());
        XyClient client = client(XyClient.builder(server.uri())
                .backoff(Duration.ofNanos(1), Duration.ofNanos(1))
                .clock(clock));
        List<String> told = new CopyOnWriteArrayList<>();
        client.onConnected(peer -> told.add("connected"));
        client.onConnected(peer -> {
            throw new IllegalStateException("a listener's own fault");
        });
        client.onDisconnected((peer, code, reason) -> told.add("disconnected " + peer.isOpen()));
        var taken = client.onConnected(peer -> told.add("not me"));
        taken.close();
        client.connect();
        for (int i = 0; i < 200; i++) {
            server.next().vanish();
        }
        server.next();
        await().until(() -> told.size() == 401);
        for (int i = 0; i < 401; i++) {
            assertThat(told.get(i)).isEqualTo(i % 2 == 0 ? "connected" : "disconnected false");
        }
    }

    @Test
    void tellsOfRetriesInTurn() {
        RawServer server = server().manner(RawServer.refuse(503));
        XyClient client = client(XyClient.builder(server.uri()).backoff(Duration.ofNanos(1), Duration.ofNanos(1)));
        List<Retry> retries = retries(client);
        client.connect();
        await().until(() -> retries.size() >= 200);
        // one may be missing where the listener can't keep up
        assertThat(List.copyOf(retries))
                .extracting(Retry::failedTries)
                .isSorted()
                .doesNotHaveDuplicates();
    }

    @Test
    void connectsAgainThoughAListenerHangs() {
        RawServer server = server();
        XyClient client = client(server);
        CountDownLatch never = new CountDownLatch(1);
        client.onDisconnected((peer, code, reason) -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        client.connect();
        server.next().vanish();
        server.next().vanish();
        server.next();
        never.countDown();
    }

    @Test
    void canBeUsedInTheListenerOfItsConnection() {
        RawServer server = server();
        XyClient client = client(server);
        List<Integer> answers = new CopyOnWriteArrayList<>();
        client.onConnected(peer -> {
            assertThat(client.send("hello", 1)).isTrue();
            answers.add(client.await("add", 1, Integer.class));
        });
        client.connect();
        for (int i = 1; i <= 3; i++) {
            RawConnection connection = server.next().answerNext("add", "2");
            connection.nextWith("hello");
            int times = i;
            await().until(() -> answers.size() == times);
            connection.vanish();
        }
    }

    @Test
    void leavesNothingBehindInAThousandReconnects() {
        RawServer server = server();
        try (Log log = new Log()) {
            XyClient client = client(XyClient.builder(server.uri()).backoff(Duration.ofNanos(1), millis(1)));
            client.handlers().on("note", String.class, note -> {});
            client.connect();
            List<CompletableFuture<?>> calls = new ArrayList<>();
            int most = 0;
            for (int i = 0; i < 1000; i++) {
                RawConnection connection = server.next();
                if (i % 3 != 1) {
                    connection.event("note", "\"hello\"");
                }
                calls.add(client.call("slow", String.class));
                if (i % 3 == 0) {
                    connection.close(1001, "restarting");
                } else if (i % 3 == 1) {
                    connection.vanish();
                } else {
                    connection.reset();
                }
                most = Math.max(most, ours().size());
            }
            server.next();
            calls.forEach(call -> assertThat(failure(call)).isInstanceOf(XyNotConnectedException.class));
            await().until(() -> client.statistics().closing() == 0 && server.sockets() == 1);
            assertThat(client.statistics().pendingCalls()).isZero();
            assertThat(client.statistics().connections()).isEqualTo(1001);
            assertThat(most).isLessThan(25);
            assertThat(log.lines(Level.INFO)).hasSizeLessThan(10);
            client.close();
        }
        awaitNoSelectors();
    }

    @Test
    void comesBackWhenAServerThatShutsDownHasAskedItTo() {
        RawServer server = server();
        XyClient client = client(server);
        List<Retry> retries = retries(client);
        client.connect();
        server.next().close(1001, "shutting down, retry in 300 ms");
        RawConnection back = server.next();
        await().until(() -> retries.size() == 1);
        assertThat(retries.get(0).delay()).isEqualTo(millis(300));
        back.close(1001, "shutting down");
        server.next();
        await().until(() -> retries.size() == 2);
        assertThat(retries.get(1).delay()).isLessThan(millis(100));
    }

    @Test
    void waitsLongerAndLongerForAServerThatThrowsItOut() {
        RawServer server = server();
        XyClient client = client(XyClient.builder(server.uri()).backoff(millis(10), millis(1280)));
        List<Retry> retries = retries(client);
        client.connect();
        for (int i = 0; i < 8; i++) {
            server.next().close(1008, "go away");
        }
        await().until(() -> retries.size() == 8);
        for (int i = 0; i < 8; i++) {
            assertThat(retries.get(i).delay()).isLessThan(millis(10 << i));
        }
        long longest = retries.stream()
                .mapToLong(retry -> retry.delay().toMillis())
                .max()
                .orElseThrow();
        assertThat(longest).isGreaterThan(10);
    }

    @Test
    void comesBackSoonAgainAndAgainFromAServerThatIsRestartedOften() {
        RawServer server = server();
        XyClient client = client(XyClient.builder(server.uri()).backoff(millis(10), Duration.ofHours(1)));
        List<Retry> retries = retries(client);
        client.onConnected(peer -> client.call("hello", String.class));
        client.connect();
        for (int i = 0; i < 20; i++) {
            RawConnection connection = server.next().answerNext("hello", "1");
            await().until(() -> client.statistics().pendingCalls() == 0);
            connection.close(1001, "");
        }
        await().until(() -> retries.size() == 20);
        assertThat(retries).allSatisfy(retry -> assertThat(retry.delay()).isLessThan(millis(10)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1008, 1013, 4401})
    void staysAwayLongerEachTimeFromAServerThatServesItAndSendsItAway(int code) {
        RawServer server = server();
        XyClient client = client(XyClient.builder(server.uri())
                .backoff(Duration.ofNanos(1), Duration.ofHours(1))
                .reconnect((received, reason) -> true));
        List<Retry> retries = retries(client);
        client.onConnected(peer -> client.call("hello", String.class));
        client.connect();
        for (int i = 0; i < 20; i++) {
            RawConnection connection = server.next().answerNext("hello", "1");
            await().until(() -> client.statistics().pendingCalls() == 0);
            connection.close(code, "");
        }
        await().until(() -> retries.size() == 20);
        assertThat(retries).anySatisfy(retry -> assertThat(retry.delay()).isGreaterThan(Duration.ofNanos(100)));
    }

    @ParameterizedTest
    @CsvSource({
        "7, 7, 7",
        "120, 60, 60",
        "99999999999999999999, 60, 60",
        "soon, 0, 0",
        "-5, 0, 0",
        "5.5, 0, 0",
        "'', 0, 0",
        "30 s later, 20, 30",
        "1000 s later, 60, 60",
        "-30 s later, 0, 0"
    })
    void staysAwayAsLongAsAServerThatRefusesItSays(String after, int least, int most) {
        String value = after.endsWith(" s later")
                ? DateTimeFormatter.RFC_1123_DATE_TIME.format(
                        ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(Long.parseLong(after.split(" ", 2)[0])))
                : after;
        RawServer server = server().manner(RawServer.saying(
                "HTTP/1.1 429 No\r\nRetry-After: " + value + "\r\nContent-Length: 2\r\n\r\nno"));
        XyClient client = client(XyClient.builder(server.uri()).backoff(millis(100), millis(100)));
        assertThat(firstRetry(client).delay())
                .isBetween(Duration.ofSeconds(least), Duration.ofSeconds(most).plusMillis(100));
    }

    @Test
    void theReasonOfACloseForgesNoLineOfTheLog() {
        RawServer server = server();
        try (Log log = new Log()) {
            XyClient client = client(server);
            List<Retry> retries = retries(client);
            client.onDisconnected((peer, code, reason) -> {
                throw new IllegalStateException(reason);
            });
            client.connect();
            server.next().close(1008, "no\nFORGED\u0085");
            await().until(() -> !retries.isEmpty());
            String text = "The connection ended with 1008 no?FORGED?";
            assertThat(retries.get(0).cause()).hasMessage(text);
            assertThat(log.lines(Level.INFO)).anyMatch(line -> line.endsWith(text));
            assertThat(log.traces())
                    .contains("java.lang.IllegalStateException: no?FORGED?")
                    .doesNotContain("\nFORGED");
        }
    }
}
