package io.xywebsocket.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyCallTimeoutException;
import io.xywebsocket.XyNotConnectedException;
import io.xywebsocket.engine.Intercept;
import io.xywebsocket.engine.SlowClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** What listeners say when they hear of a connection comes before the calls that waited for it. */
class WaitingCallsTests extends WithClients {

    @Test
    void whatTheListenersSendPrecedesTheCallsThatWaited() {
        RawServer server = server();
        SlowClock clock = closing(new SlowClock());
        for (int round = 0; round < 50; round++) {
            List<XyClient.State> states = new CopyOnWriteArrayList<>();
            XyClient client = client(builder(server).waitForConnection(true).clock(clock));
            CompletableFuture<Integer> waiting = client.call("count", Integer.class);
            client.onConnected(peer -> {
                states.add(client.state());
                client.send("login", "me");
            });
            client.connect();
            RawConnection connection = server.next();
            assertThat(connection.next()).startsWith("{\"e\":\"e.login\"");
            connection.answerNext("count", "7");
            assertThat(get(waiting)).isEqualTo(7);
            assertThat(states).containsExactly(XyClient.State.CONNECTED);
            client.close();
        }
    }

    @Test
    void aListenerMayAwaitAnAnswerFirst() {
        RawServer server = server();
        XyClient client = client(builder(server).waitForConnection(true));
        CompletableFuture<Integer> waiting = client.call("count", Integer.class);
        CompletableFuture<String> loggedIn = new CompletableFuture<>();
        client.onConnected(peer -> loggedIn.complete(client.await("login", "me", String.class)));
        client.connect();
        RawConnection connection = server.next();
        connection.answerNext("login", "\"welcome\"");
        assertThat(get(loggedIn)).isEqualTo("welcome");
        connection.answerNext("count", "7");
        assertThat(get(waiting)).isEqualTo(7);
    }

    @Test
    void aListenerThatHangsHoldsTheCallsUpForASecondOnly() {
        RawServer server = server();
        XyClient client = client(builder(server).waitForConnection(true));
        CompletableFuture<Integer> waiting = client.call("count", Integer.class);
        CountDownLatch never = new CountDownLatch(1);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        client.onConnected(peer -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                interrupted.complete(true);
            }
        });
        client.connect();
        server.next().answerNext("count", "7");
        assertThat(get(waiting)).isEqualTo(7);
        client.close();
        assertThat(get(interrupted)).isTrue();
    }

    @Test
    void callsThatWaitOutliveAConnectionThatEndsAtOnce() {
        RawServer server = server();
        XyClient client = client(builder(server).waitForConnection(true));
        client.onConnected(peer -> {
            if (client.statistics().connections() < 4) {
                peer.close(4000, "not yet");
            }
        });
        CompletableFuture<Integer> waiting = client.call("count", Integer.class);
        client.connect();
        for (int i = 0; i < 3; i++) {
            assertThat(server.next().awaitClosed().code()).isEqualTo(4000);
        }
        server.next().answerNext("count", "7");
        assertThat(get(waiting)).isEqualTo(7);
        await().until(() -> client.statistics().pendingCalls() == 0);
    }

    @Test
    void interceptorsOfCallsThatWaitedRunOnAThreadOfTheClients() {
        RawServer server = server();
        List<String> threads = new CopyOnWriteArrayList<>();
        XyClient client = client(builder(server).waitForConnection(true).interceptor(Intercept.all((message, chain) -> {
            threads.add(Thread.currentThread().getName());
            return chain.proceed(message);
        })));
        CompletableFuture<Integer> waiting = client.call("count", Integer.class);
        client.onConnected(peer -> hang());
        client.connect();
        server.next().answerNext("count", "7");
        assertThat(get(waiting)).isEqualTo(7);
        assertThat(threads).singleElement().asString().startsWith("xy-client-");
    }

    @Test
    void noThreadSendsTheCallsOfAnother() throws InterruptedException {
        RawServer server = server();
        Set<String> strangers = ConcurrentHashMap.newKeySet();
        for (int round = 0; round < 30; round++) {
            XyClient client =
                    client(builder(server).waitForConnection(true).interceptor(Intercept.all((message, chain) -> {
                        String thread = Thread.currentThread().getName();
                        if (thread.startsWith("caller-")
                                && !message.payload().as(String.class).equals(thread)) {
                            strangers.add(thread);
                        }
                        return chain.proceed(message);
                    })));
            AtomicBoolean connected = new AtomicBoolean();
            List<Thread> callers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                Thread caller = new Thread(() -> callWhileNot(connected, client), "caller-" + i);
                callers.add(caller);
                caller.start();
            }
            get(client.connect());
            connected.set(true);
            for (Thread caller : callers) {
                caller.join();
            }
            client.close();
        }
        assertThat(strangers).isEmpty();
    }

    private static void callWhileNot(AtomicBoolean over, XyClient client) {
        String me = Thread.currentThread().getName();
        while (!over.get()) {
            client.call("count", me, Integer.class);
            LockSupport.parkNanos(10_000);
        }
    }

    @Test
    void anInterceptorMayAwaitByTheClientWhatACallThatWaitedNeeds() {
        RawServer server = server();
        XyClientThreads threads = closing(XyClientThreads.create());
        AtomicReference<XyClient> self = new AtomicReference<>();
        XyClient client = client(
                builder(server).threads(threads).waitForConnection(true).interceptor(Intercept.all((message, chain) -> {
                    if (!message.name().equals("token")) {
                        self.get().await("token", String.class);
                    }
                    return chain.proceed(message);
                })));
        self.set(client);
        CompletableFuture<Integer> first = client.call("first", Integer.class);
        CompletableFuture<Integer> second = client.call("second", Integer.class);
        client.onConnected(peer -> hang());
        client.connect();
        RawConnection connection = server.next();
        for (String function : List.of("first", "second")) {
            connection.answerNext("token", "\"t\"").answerNext(function, "7");
        }
        assertThat(get(first)).isEqualTo(7);
        assertThat(get(second)).isEqualTo(7);
        assertThat(connection.received()).hasSize(4);
    }

    @Test
    void anInterceptorThatAwaitsInVainStopsNoTimersAndIsOverWithItsCallsTimeout() {
        RawServer server = server();
        XyClientThreads threads = closing(XyClientThreads.create());
        AtomicReference<XyClient> self = new AtomicReference<>();
        XyClient client = client(builder(server)
                .threads(threads)
                .waitForConnection(true)
                .callTimeout(millis(2500))
                .interceptor(Intercept.all((message, chain) -> {
                    if (!message.name().equals("token")) {
                        self.get().await("token", String.class);
                    }
                    return chain.proceed(message);
                })));
        self.set(client);
        CompletableFuture<Integer> waiting = client.call("count", Integer.class);
        client.onConnected(peer -> hang());
        client.connect();
        server.next().nextWith("token");
        XyClient other = connect(builder(server).threads(threads).callTimeout(millis(100)));
        assertThat(failure(other.call("x", String.class))).isInstanceOf(XyCallTimeoutException.class);
        assertThat(failure(waiting)).isInstanceOf(XyCallTimeoutException.class);
    }

    @Test
    void anInterceptorThatHangsHoldsUpOtherCallsForASecondOnly() {
        RawServer server = server();
        XyClient client = client(builder(server).waitForConnection(true).interceptor(Intercept.all((message, chain) -> {
            if (message.name().equals("hang")) {
                hang();
            }
            return chain.proceed(message);
        })));
        CompletableFuture<Integer> hangs = client.withTimeout(millis(2_000)).call("hang", Integer.class);
        CompletableFuture<Integer> waiting = client.call("count", Integer.class);
        client.connect();
        server.next().answerNext("count", "7");
        assertThat(get(waiting)).isEqualTo(7);
        assertThat(failure(hangs)).isInstanceOf(XyCallTimeoutException.class);
    }

    @Test
    void anInterceptorThatAwaitsTheNextConnectionHoldsUpNoCallsToThat() {
        RawServer server = server();
        AtomicReference<XyClient> self = new AtomicReference<>();
        XyClient client = client(builder(server).waitForConnection(true).interceptor(Intercept.all((message, chain) -> {
            if (!message.name().equals("token")) {
                try {
                    self.get().await("token", String.class);
                } catch (XyNotConnectedException e) {
                    self.get().await("token", String.class);
                }
            }
            return chain.proceed(message);
        })));
        self.set(client);
        CompletableFuture<Integer> first = client.call("first", Integer.class);
        CompletableFuture<Integer> second = client.call("second", Integer.class);
        client.connect();
        RawConnection lost = server.next();
        lost.nextWith("token");
        lost.vanish();
        server.next().answerNext("token", "\"t\"").answerNext("second", "7").answerNext("token", "\"t\"");
        assertThat(get(second)).isEqualTo(7);
        assertThat(failure(first))
                .isInstanceOf(XyNotConnectedException.class); // it was on its way to a peer that is gone
    }

    /** Until the client is closed. */
    private static void hang() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
