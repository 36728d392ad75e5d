package io.xywebsocket.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyCallTimeoutException;
import io.xywebsocket.XyException;
import io.xywebsocket.XyNotConnectedException;
import io.xywebsocket.engine.HeldPort;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The Java client and our server. */
@Tag("server")
class JavaClientTests {

    private final HeldPort port = new HeldPort();
    private final List<XyClient> clients = new ArrayList<>();

    @AfterEach
    void close() {
        clients.forEach(XyClient::close);
        port.close();
    }

    private XyClient client() {
        XyClient client = XyClient.builder(Town.uri(port))
                .backoff(Duration.ofMillis(20), Duration.ofMillis(200))
                .callTimeout(Duration.ofSeconds(30)) // the first call finds a server that has just started
                .build();
        Town.Courier town = client.proxy(Town.Courier.class);
        client.handlers().register("answer", Integer.class, number -> town.add(number, 100)); // asks back
        clients.add(client);
        return client;
    }

    @Test
    void callEachOtherInAllDirections() {
        try (Town ours = Town.at(port)) {
            XyClient client = client();
            List<String> noted = new CopyOnWriteArrayList<>();
            client.handlers().on("noted", String.class, text -> noted.add(text));
            client.connect().join();
            Town.Courier town = client.proxy(Town.Courier.class);
            assertThat(town.add(1, 2)).isEqualTo(3);
            assertThat(town.ask(5)).isEqualTo(106);
            assertThat(town.note("hello")).isTrue();
            await().until(() -> noted.contains("hello"));
            assertThat(client.peer().orElseThrow().await("ask", 1, Integer.class))
                    .isEqualTo(102);
            client.close();
            await().until(() ->
                    ours.statistics().peers() == 0 && ours.statistics().closing() == 0);
        }
    }

    @Test
    @Timeout(180)
    void goOnWhileTheServerRestarts() {
        Conversation conversation = new Conversation();
        for (int restart = 0; restart < 3; restart++) {
            try (Town ours = Town.at(port, "--xy.websocket.shutdown-return-window=1s")) {
                conversation.awaitAnswers(200);
                await().until(() -> ours.statistics().peers() == 4);
            }
        }
        conversation.assertOrderlyFailures();
    }

    @Test
    @Timeout(180)
    void goOnWhileTheServerIsKilled() throws Exception {
        Conversation conversation = new Conversation();
        for (int kill = 0; kill < 2; kill++) {
            Process process = Town.processAt(port);
            try {
                conversation.awaitAnswers(200);
            } finally {
                process.destroyForcibly().waitFor();
            }
            long begin = System.nanoTime();
            await().until(() ->
                    clients.stream().allMatch(client -> client.peer().isEmpty()));
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
        }
        conversation.assertOrderlyFailures();
    }

    /** Four clients that call the server all the time, which calls them, and they it. */
    private final class Conversation {

        private final AtomicBoolean over = new AtomicBoolean();
        private final AtomicInteger answers = new AtomicInteger();
        private final List<Throwable> failures = new CopyOnWriteArrayList<>();
        private final List<Thread> threads = new ArrayList<>();

        Conversation() {
            for (int i = 0; i < 4; i++) {
                XyClient client = client();
                client.connect();
                Thread thread = new Thread(() -> converse(client), "conversation");
                thread.setDaemon(true);
                thread.start();
                threads.add(thread);
            }
        }

        private void converse(XyClient client) {
            Town.Courier town = client.proxy(Town.Courier.class);
            for (int i = 0; !over.get(); i++) {
                try {
                    int answer = town.ask(i);
                    assertThat(answer).isEqualTo(i + 101);
                    answers.incrementAndGet();
                } catch (XyNotConnectedException e) {
                    failures.add(e);
                    int before = i;
                    await().pollInterval(Duration.ofMillis(5))
                            .atMost(Duration.ofSeconds(50))
                            .until(() -> over.get() || client.peer().isPresent() || before < 0);
                } catch (XyException | AssertionError e) {
                    failures.add(e);
                }
            }
        }

        /** Awaits so many more answers, after everybody is connected. */
        void awaitAnswers(int more) {
            await().atMost(Duration.ofSeconds(40)).until(() -> clients.stream()
                    .allMatch(client -> client.peer().isPresent()));
            int before = answers.get();
            await().atMost(Duration.ofSeconds(20)).until(() -> answers.get() >= before + more);
        }

        /** Calls have failed because there was no connection, or the server was going down; none has hung until its timeout. */
        void assertOrderlyFailures() {
            over.set(true);
            await().until(() -> threads.stream().noneMatch(Thread::isAlive));
            assertThat(failures)
                    .isNotEmpty()
                    .allSatisfy(failure -> assertThat(failure)
                            .isInstanceOfSatisfying(XyException.class, e -> assertThat(e.status())
                                    .isEqualTo(503)))
                    .noneMatch(XyCallTimeoutException.class::isInstance);
            assertThat(clients).allMatch(client -> client.statistics().pendingCalls() == 0);
        }
    }
}
