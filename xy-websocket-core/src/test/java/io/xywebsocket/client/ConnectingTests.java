package io.xywebsocket.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.xywebsocket.XyClock;
import io.xywebsocket.XyHandshake;
import io.xywebsocket.XyNotConnectedException;
import io.xywebsocket.XyPeer;
import io.xywebsocket.concurrent.SystemClock;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What can go wrong before there is a connection. */
class ConnectingTests extends WithClients {

    @Test
    void connects() {
        RawServer server = server();
        XyClient client = client(builder(server).header("X-Depot", "north").token(() -> "t1"));
        assertThat(client.state()).isEqualTo(XyClient.State.NEW);
        XyPeer peer = get(client.connect());
        assertThat(client.peer()).contains(peer);
        assertThat(client.state()).isEqualTo(XyClient.State.CONNECTED);
        RawServer.Request request = server.requests().get(0);
        assertThat(request.line()).isEqualTo("GET /ws HTTP/1.1");
        assertThat(request.header("X-Depot")).isEqualTo("north");
        assertThat(request.header("Authorization")).isEqualTo("Bearer t1");
        assertThat(request.header("Sec-WebSocket-Protocol")).isEqualTo("xy");
        XyHandshake handshake = peer.handshake();
        assertThat(handshake.uri()).isEqualTo(server.uri());
        assertThat(handshake.header("x-depot")).contains("north");
        assertThat(handshake.remoteAddress()).isNull();
        assertThat(peer.attributes()).isEmpty();
    }

    @Test
    void saysThatItIsConnected() {
        RawServer server = server();
        try (Log log = new Log()) {
            connect(builder(URI.create(server.uri() + "?token=s3cret")));
            assertThat(log.lines(Level.INFO)).containsExactly("Connected to " + server.uri());
        }
    }

    @Test
    void connectsOnceHoweverOftenItIsTold() {
        RawServer server = server();
        XyClient client = client(server);
        CompletableFuture<XyPeer> first = client.connect();
        assertThat(get(client.connect())).isEqualTo(get(first));
        assertThat(get(client.connect())).isEqualTo(get(first));
        assertThat(server.requests()).hasSize(1);
    }

    /** Between the handshake and the peer a busy machine may take longer than listeners are waited for. */
    @Test
    void isToldOfAConnectionWhoseListenersAreNotWaitedFor() {
        RawServer server = server();
        SystemClock system = closing(new SystemClock());
        XyClock hasty = new XyClock() {
            @Override
            public long nanoTime() {
                return system.nanoTime();
            }

            @Override
            public Timer schedule(Runnable task, Duration delay) {
                if (delay.equals(Duration.ofSeconds(1))) {
                    CompletableFuture.runAsync(task).join();
                    return () -> {};
                }
                return system.schedule(task, delay);
            }
        };
        XyClient client = client(builder(server).clock(hasty));

        assertThat(get(client.connect()).handshake().uri()).isEqualTo(server.uri());
    }

    @Test
    void connectsToAServerThatAnswersNoSubProtocol() {
        RawServer server = server().manner(RawServer.welcome(null));
        connect(builder(server));
    }

    @Test
    void offersTheSubProtocolsInTheirOrder() {
        RawServer server = server().manner(RawServer.welcome("b"));
        connect(builder(server).subProtocols("a", "b"));
        assertThat(server.requests().get(0).header("Sec-WebSocket-Protocol")).isEqualTo("a, b");
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 400, 401, 403, 404, 503})
    void tellsOfAServerThatRefusesAndTriesOn(int status) {
        RawServer server = server().manner(RawServer.refuse(status));
        try (Log log = new Log()) {
            XyClient client = client(server);
            Retry retry = firstRetry(client);
            assertThat(retry.failedTries()).isEqualTo(1);
            assertThat(retry.cause()).isInstanceOfSatisfying(WebSocketHandshakeException.class, refused -> assertThat(
                            refused.getResponse().statusCode())
                    .isEqualTo(status));
            assertThat(log.lines(Level.INFO)).singleElement().asString().contains("refused with status " + status);
            server.manner(RawServer.welcome());
            get(client.connect());
            await().until(() -> server.sockets() == 1); // those of refused handshakes are closed
        }
    }

    @Test
    void tellsOfAWrongSubProtocol() {
        RawServer server = server().manner(RawServer.welcome("stomp"));
        try (Log log = new Log()) {
            Retry retry = firstRetry(client(server));
            assertThat(retry.cause()).isInstanceOf(WebSocketHandshakeException.class);
            assertThat(retry.cause().getCause()).hasMessageContaining("stomp");
            assertThat(log.lines(Level.INFO)).singleElement().asString().contains("a wrong handshake", "stomp");
        }
    }

    @Test
    void tellsOfAServerThatSpeaksSomethingElse() {
        RawServer server = server().manner(RawServer.saying("220 mail.example.com ESMTP\r\n"));
        assertThat(firstRetry(client(server)).cause()).isInstanceOf(IOException.class);
    }

    @Test
    void tellsOfAServerThatHangsUp() {
        RawServer server = server().manner(RawServer.hangUp());
        assertThat(firstRetry(client(server)).cause()).isInstanceOf(IOException.class);
    }

    @Test
    void tellsOfAServerThatIsNotThere() {
        RawServer server = server();
        server.close();
        assertThat(firstRetry(client(server)).cause()).isInstanceOf(ConnectException.class);
    }

    @Test
    void tellsOfAHostThatIsUnknown() {
        XyClient client = client(builder(URI.create("ws://nowhere.invalid/ws")));
        assertThat(firstRetry(client).cause()).isInstanceOf(ConnectException.class);
    }

    @Test
    void tellsOfACertificateThatItDoesNotTrust() {
        RawServer server = closing(RawServer.secure(SelfSigned.forLocalhost().server()));
        assertThat(firstRetry(client(server)).cause()).isInstanceOf(SSLHandshakeException.class);
    }

    @Test
    void connectsWithTheGivenSslContext() {
        RawServer server = closing(RawServer.secure(SelfSigned.forLocalhost().server()));
        XyClient client =
                connect(builder(server).sslContext(SelfSigned.forLocalhost().trusting()));
        CompletableFuture<Integer> answer = client.call("add", 1, Integer.class);
        server.next().answerNext("add", "2");
        assertThat(get(answer)).isEqualTo(2);
    }

    @Test
    void givesATryUpThatNeverEnds() {
        RawServer server = server().manner(RawServer.saying(""));
        XyClient client = client(builder(server).connectTimeout(millis(200)));
        assertThat(firstRetry(client).cause()).isInstanceOf(HttpTimeoutException.class);
        server.manner(RawServer.welcome());
        get(client.connect());
        await().until(() -> server.sockets() == 1);
    }

    @Test
    void givesATryUpWhoseRefusalNeverEnds() {
        RawServer server = server().manner((request, socket) -> {
            RawServer.write(socket, "HTTP/1.1 503 No\r\nContent-Length: 1000000000\r\n\r\n");
            return false;
        });
        XyClient client = client(builder(server).connectTimeout(millis(200)));
        assertThat(firstRetry(client).cause()).isInstanceOf(HttpTimeoutException.class);
        server.manner(RawServer.welcome());
        get(client.connect());
        await().until(() -> server.sockets() == 1);
    }

    @Test
    void asksForHeadersAtEachTry() {
        RawServer server = server().manner(RawServer.refuse(401));
        AtomicInteger asked = new AtomicInteger();
        XyClient client = client(builder(server).token(() -> "t" + asked.incrementAndGet()));
        client.connect();
        await().until(() -> server.requests().size() >= 3);
        server.manner(RawServer.welcome());
        get(client.connect());
        List<RawServer.Request> requests = server.requests();
        for (int i = 0; i < requests.size(); i++) {
            assertThat(requests.get(i).header("authorization")).isEqualTo("Bearer t" + (i + 1));
        }
    }

    @Test
    void triesOnIfTheSourceOfHeadersFails() {
        RawServer server = server();
        BlockingQueue<Throwable> failures =
                new LinkedBlockingQueue<>(List.of(new IllegalStateException("no token"), new AssertionError()));
        XyClient client = client(builder(server).headers(() -> {
            Throwable failure = failures.poll();
            if (failure instanceof Error error) {
                throw error;
            } else if (failure instanceof RuntimeException exception) {
                throw exception;
            }
            return Map.of();
        }));
        assertThat(firstRetry(client).cause()).hasMessage("no token");
        get(client.connect());
        assertThat(failures).isEmpty();
    }

    @Test
    void triesOnIfAHeaderCannotBeSent() {
        RawServer server = server();
        BlockingQueue<String> tokens = new LinkedBlockingQueue<>(List.of("a\r\nb", "good"));
        XyClient client = client(builder(server).token(tokens::poll));
        assertThat(firstRetry(client).cause()).isInstanceOf(IllegalArgumentException.class);
        get(client.connect());
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void interruptsASourceOfHeadersThatTakesTooLong() {
        RawServer server = server();
        AtomicInteger asked = new AtomicInteger();
        XyClient client = client(builder(server).connectTimeout(millis(2_000)).headers(() -> {
            if (asked.incrementAndGet() == 1) {
                awaitInterrupt();
            }
            return Map.of();
        }));
        assertThat(firstRetry(client).cause()).hasMessageContaining("interrupted");
        get(client.connect());
        assertThat(server.requests()).hasSize(1);
        assertThat(asked).hasValue(2);
    }

    @Test
    void doesNotAskTwiceAtOnceForHeaders() {
        RawServer server = server();
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicInteger asked = new AtomicInteger();
        XyClient client = client(builder(server).connectTimeout(millis(50)).headers(() -> {
            asked.incrementAndGet();
            while (goOn.getCount() > 0) { // heeds no interrupt
                try {
                    goOn.await();
                } catch (InterruptedException e) {
                    // so what
                }
            }
            return Map.of();
        }));
        client.connect();
        await().during(millis(300)).until(() -> asked.get() == 1);
        goOn.countDown();
        get(client.connect());
    }

    @Test
    void closesWhileTheSourceOfHeadersBlocks() {
        CountDownLatch interrupted = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(1);
        XyClient client = client(builder(server()).headers(() -> {
            asked.countDown();
            try {
                awaitInterrupt();
            } finally {
                interrupted.countDown();
            }
            return Map.of();
        }));
        CompletableFuture<XyPeer> connected = client.connect();
        awaitLatch(asked);
        client.close();
        awaitLatch(interrupted);
        assertThat(failure(connected)).isInstanceOf(XyNotConnectedException.class);
        awaitNoThreads();
    }

    @Test
    void closesWhileTheHandshakeIsUnderWay() {
        RawServer server = server().manner(RawServer.saying(""));
        XyClient client = client(server);
        CompletableFuture<XyPeer> connected = client.connect();
        await().until(() -> server.requests().size() == 1);
        client.close();
        await().until(() -> server.sockets() == 0);
        assertThat(failure(connected)).isInstanceOf(XyNotConnectedException.class);
        assertThat(client.state()).isEqualTo(XyClient.State.CLOSED);
        assertThatIllegalStateException().isThrownBy(client::connect);
        awaitNoThreads();
    }

    @Test
    void leavesNoSocketWhenItClosesAtAnyMoment() {
        RawServer server = server();
        for (int i = 0; i < 100; i++) {
            XyClient client = client(server);
            client.connect();
            long until = System.nanoTime() + i * 100_000L;
            await().pollInterval(millis(1)).until(() -> System.nanoTime() >= until);
            client.close();
        }
        await().until(() -> server.sockets() == 0);
        awaitNoSelectors();
    }

    @Test
    void givesUpAfterItsTries() {
        RawServer server = server().manner(RawServer.refuse(403));
        try (Log log = new Log()) {
            XyClient client = client(builder(server).maxTries(3).waitForConnection(true));
            BlockingQueue<XyNotConnectedException> gaveUp = new LinkedBlockingQueue<>();
            client.onGaveUp(cause -> {
                LockSupport.parkNanos(millis(100).toNanos()); // it may block, and isn't interrupted
                if (!Thread.currentThread().isInterrupted()) {
                    gaveUp.add(cause);
                }
            });
            CompletableFuture<String> call = client.call("x", String.class);
            Throwable failure = failure(client.connect());
            assertThat(failure)
                    .isInstanceOf(XyNotConnectedException.class)
                    .hasMessageContaining("3 tries")
                    .hasCauseInstanceOf(WebSocketHandshakeException.class);
            assertThat(failure(call)).isInstanceOf(XyNotConnectedException.class);
            await().until(() -> gaveUp.contains(failure));
            assertThat(server.requests()).hasSize(3);
            assertThat(client.state()).isEqualTo(XyClient.State.CLOSED);
            assertThat(log.lines(Level.ERROR)).singleElement().asString().contains("403");
            awaitNoThreads();
        }
    }

    @Test
    void doesNotFloodTheLogNorTheServer() {
        RawServer server = server().manner(RawServer.refuse(503));
        try (Log log = new Log()) {
            XyClient client = client(XyClient.builder(server.uri()).backoff(millis(50), millis(50)));
            List<Retry> retries = retries(client);
            long begin = System.nanoTime();
            client.connect();
            await().until(() -> retries.size() >= 20);
            long pauses =
                    retries.stream().mapToLong(retry -> retry.delay().toNanos()).sum();
            assertThat(System.nanoTime() - begin).isGreaterThan(pauses * 9 / 10);
            assertThat(server.requests()).hasSizeLessThan(retries.size() + 3);
            assertThat(log.lines(Level.INFO)).hasSize(1);
        }
    }

    private static void awaitInterrupt() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static void awaitLatch(CountDownLatch latch) {
        await().until(() -> latch.getCount() == 0);
    }

    @ParameterizedTest
    @MethodSource("io.xywebsocket.engine.LongDurationTests#durations")
    void whateverTakesTimeMayTakeForEver(Duration forEver) {
        RawServer server = server();
        XyClient client = client(XyClient.builder(server.uri())
                .waitForConnection(true)
                .connectTimeout(forEver)
                .backoff(millis(1), forEver)
                .callTimeout(forEver));
        CompletableFuture<Integer> early = client.call("add", Integer.class);
        CompletableFuture<Integer> other = client.withTimeout(forEver).call("add", Integer.class);
        client.connect();
        server.next().answerNext("add", "1").answerNext("add", "2");
        assertThat(get(early)).isEqualTo(1);
        assertThat(get(other)).isEqualTo(2);
    }
}
