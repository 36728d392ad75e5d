package io.xywebsocket.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyCallTimeoutException;
import io.xywebsocket.XyException;
import io.xywebsocket.XyNotConnectedException;
import io.xywebsocket.engine.HeldPort;
import io.xywebsocket.protocol.Prefixes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Calls and events over a client, connected or not. */
class CallingTests extends WithClients {

    private static final Object UNSERIALISABLE = new Object() {
        @SuppressWarnings("unused")
        public String getName() {
            throw new IllegalStateException("no name");
        }
    };

    @Test
    void callsAndIsCalled() {
        RawServer server = server();
        XyClient client = connect(builder(server)
                .handlers(handlers -> handlers.register("double", Integer.class, (number, peer) -> {
                    assertThat(peer.await("ask", "sure?", Boolean.class)).isTrue();
                    return 2 * number;
                })));
        RawConnection connection = server.next();
        CompletableFuture<Integer> answer = client.call("add", List.of(1, 2), Integer.class);
        assertThat(connection.next()).isEqualTo("{\"e\":\"c.add\",\"p\":[1,2],\"id\":\"1\",\"ttl\":5000}");
        connection.send("{\"e\":\"resolve.add\",\"id\":\"1\",\"p\":3}");
        assertThat(get(answer)).isEqualTo(3);

        connection.call("double", "21", "x");
        connection.answerNext("ask", "true");
        assertThat(connection.next()).isEqualTo("{\"e\":\"resolve.double\",\"id\":\"x\",\"p\":42}");
    }

    @Test
    void passesARejectionOn() {
        RawServer server = server();
        XyClient client = connect(builder(server));
        CompletableFuture<String> answer = client.call("take", 1, String.class);
        server.next().rejectNext("take", "{\"ok\":false,\"status\":409,\"message\":\"conflict\",\"code\":\"E42\"}");
        assertThat(failure(answer)).isInstanceOfSatisfying(XyException.class, e -> {
            assertThat(e.status()).isEqualTo(409);
            assertThat(e.details()).containsEntry("code", "E42");
        });
    }

    @Test
    void failsAtOnceWhileNotConnected() {
        RawServer server = server();
        XyClient client = client(builder(server).backoff(Duration.ofMinutes(1), Duration.ofMinutes(1)));
        assertFailsAtOnce(client);
        get(client.connect());
        server.close();
        await().until(() -> client.state() == XyClient.State.WAITING);
        assertFailsAtOnce(client);
        client.close();
        assertFailsAtOnce(client);
    }

    private static void assertFailsAtOnce(XyClient client) {
        assertThat(client.call("add", 1, Integer.class)).isCompletedExceptionally();
        assertThat(failure(client.call("add", 1, Integer.class)))
                .isInstanceOf(XyNotConnectedException.class)
                .hasMessageContaining("'add' was not called");
        assertThatExceptionOfType(XyNotConnectedException.class)
                .isThrownBy(() -> client.await("add", 1, Integer.class));
        assertThat(client.send("note", 1)).isFalse();
        assertThat(client.sendLatest("price", "A", 1)).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> client.send("note", UNSERIALISABLE));
        assertThatIllegalArgumentException().isThrownBy(() -> client.sendLatest("price", "A", UNSERIALISABLE));
        assertThatIllegalArgumentException().isThrownBy(() -> client.call("add", UNSERIALISABLE, Integer.class));
    }

    @Test
    void letsCallsWaitForTheFirstTryOnly() {
        RawServer server = server();
        List<RawServer.Manner> go = new ArrayList<>();
        server.manner((request, socket) -> {
            synchronized (go) {
                while (go.isEmpty()) {
                    go.wait();
                }
            }
            return go.get(0).answer(request, socket);
        });
        XyClient client = client(server);
        client.connect();
        CompletableFuture<String> call = client.call("x", String.class);
        await().during(millis(100)).until(() -> !call.isDone());
        synchronized (go) {
            go.add(RawServer.refuse(503));
            go.notifyAll();
        }
        assertThat(failure(call)).isInstanceOf(XyNotConnectedException.class);
        assertThat(client.call("x", String.class)).isCompletedExceptionally();
    }

    @Test
    void sendsTheCallsOfTheFirstTryInTheirOrder() {
        RawServer server = server();
        for (int round = 0; round < 20; round++) {
            XyClient client = client(server);
            client.connect();
            IntStream.range(0, 200).forEach(i -> client.call("x", i, String.class));
            RawConnection connection = server.next();
            await().until(() -> connection.received().size() == 200);
            for (int i = 0; i < 200; i++) {
                assertThat(connection.received().get(i)).contains("\"p\":" + i + ",");
            }
            client.close();
        }
    }

    @Test
    void letsCallsWaitForAConnectionIfTold() {
        HeldPort port = closing(new HeldPort());
        RawServer server = closing(RawServer.at(port.number()));
        XyClient client = client(builder(server).waitForConnection(true));
        CompletableFuture<Integer> early = client.call("add", 1, Integer.class);
        client.connect();
        server.next().answerNext("add", "2");
        assertThat(get(early)).isEqualTo(2);
        server.close();
        await().until(() -> client.peer().isEmpty());
        CompletableFuture<Integer> between = client.call("add", 2, Integer.class);
        RawServer next = closing(RawServer.at(port.number()));
        next.next().answerNext("add", "3");
        assertThat(get(between)).isEqualTo(3);
    }

    @Test
    void waitsNoLongerThanTheCallsTimeout() {
        RawServer server = server().manner(RawServer.refuse(503));
        XyClient client = client(builder(server).waitForConnection(true).callTimeout(millis(200)));
        client.connect();
        long begin = System.nanoTime();
        assertThat(failure(client.call("add", String.class))).isInstanceOf(XyNotConnectedException.class);
        assertThatExceptionOfType(XyNotConnectedException.class).isThrownBy(() -> client.await("add", String.class));
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(millis(380), millis(5000));
        CompletableFuture<String> call =
                client.withTimeout(Duration.ofSeconds(60)).call("slow", String.class);
        server.manner(RawServer.welcome());
        RawConnection connection = server.next();
        connection.nextWith("slow"); // the others were not sent
        assertThat(connection.received()).hasSize(1);
        client.close();
        assertThat(failure(call)).isInstanceOf(XyNotConnectedException.class);
    }

    @Test
    void countsTheWaitForTheConnectionAsPartOfTheTimeout() {
        RawServer server = server();
        XyClient client = client(builder(server).waitForConnection(true).callTimeout(millis(2_000)));
        CompletableFuture<String> call = client.call("slow", String.class);
        client.connect();
        server.next().nextWith("slow");
        assertThat(failure(call)).isInstanceOf(XyCallTimeoutException.class);
        assertThat(client.statistics().pendingCalls()).isZero();
    }

    @Test
    void forgetsAWaitingCallThatIsCancelled() {
        RawServer server = server();
        XyClient client = client(builder(server).waitForConnection(true));
        CompletableFuture<String> cancelled = client.call("cancelled", String.class);
        CompletableFuture<String> later = client.call("later", String.class);
        cancelled.cancel(false);
        client.connect();
        RawConnection connection = server.next();
        connection.nextWith("later");
        assertThat(connection.received()).hasSize(1);
        later.cancel(false);
        await().until(() -> client.statistics().pendingCalls() == 0);
    }

    @Test
    void letsAnInterruptEndAWaitForTheConnection() throws InterruptedException {
        XyClient client = client(builder(server()).waitForConnection(true));
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        AtomicReference<Boolean> flag = new AtomicReference<>();
        Thread thread = new Thread(() -> {
            try {
                client.await("x", String.class);
            } catch (XyException e) {
                thrown.set(e);
                flag.set(Thread.currentThread().isInterrupted());
            }
        });
        thread.start();
        await().until(() -> thread.getState() == Thread.State.WAITING);
        thread.interrupt();
        thread.join();
        assertThat(thrown.get()).isInstanceOfSatisfying(XyException.class, e -> assertThat(e.status())
                .isEqualTo(499));
        assertThat(flag.get()).isTrue();
    }

    @Test
    void runsHandlersAndStagesOnTheGivenExecutor() {
        Executor executor = task -> new Thread(task, "mine").start();
        RawServer server = server();
        XyClient client = connect(builder(server)
                .executor(executor)
                .handlers(handlers -> handlers.register(
                        "thread", Object.class, any -> Thread.currentThread().getName())));
        RawConnection connection = server.next();
        connection.call("thread", "0", "1");
        assertThat(connection.next()).contains("\"mine\"");
        CompletableFuture<String> stage = client.call("x", String.class)
                .thenApply(x -> Thread.currentThread().getName());
        connection.answerNext("x", "\"\"");
        assertThat(get(stage)).isEqualTo("mine");
    }

    @Test
    void replacesAnEventThatWaitsByTheLatestOfItsKey() {
        RawServer server = server();
        XyClient client = connect(builder(server));
        server.next().stopReading();
        String text = "x".repeat(100_000);
        for (int i = 0; i < 1000 && client.statistics().replacedEvents() == 0; i++) {
            assertThat(client.sendLatest("price", "A", text)).isTrue();
        }
        assertThat(client.statistics().replacedEvents()).isPositive();
    }

    @Test
    void speaksWithOtherPrefixes() {
        RawServer server = server();
        XyClient client = connect(builder(server).prefixes(new Prefixes("E:", "C:", "R:", "J:")));
        client.handlers().register("echo", (name, payload, peer) -> payload);
        RawConnection connection = server.next().send("{\"e\":\"C:echo\",\"p\":[1],\"id\":\"1\"}");
        assertThat(connection.next()).isEqualTo("{\"e\":\"R:echo\",\"id\":\"1\",\"p\":[1]}");
        client.send("note", null);
        assertThat(connection.next()).isEqualTo("{\"e\":\"E:note\",\"p\":null}");
    }
}
