package io.xywebsocket.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.SlowClock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What listeners say when they hear of a connection comes before the calls that waited for it. */
class GreetingTests extends WithClients {

    @Test
    void whatTheListenersSendPrecedesTheCallsThatWaited() {
        RawServer server = server();
        SlowClock clock = closing(new SlowClock());
        for (int round = 0; round < 50; round++) {
            List<XyClient.State> states = new CopyOnWriteArrayList<>();
            XyClient client =
                    client(builder(server).waitForConnection(true).endpoint(settings -> settings.clock(clock)));
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
}
