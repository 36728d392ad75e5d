package io.xywebsocket.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class XyClientThreadsTests extends WithClients {

    @Test
    void serveManyClients() {
        RawServer server = server();
        XyClientThreads threads = closing(XyClientThreads.create());
        List<XyClient> clients = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            XyClient client = client(builder(server).threads(threads).callTimeout(Duration.ofSeconds(60)));
            client.handlers().register("number", Object.class, any -> 7);
            clients.add(client);
        }
        clients.forEach(XyClient::connect);
        List<CompletableFuture<Integer>> answers = new ArrayList<>();
        clients.forEach(client -> answers.add(client.call("add", 1, Integer.class)));
        for (int i = 0; i < 100; i++) {
            RawConnection connection = server.next().answerNext("add", "2");
            connection.call("number", "0", "n").nextWith("\"n\"");
        }
        answers.forEach(answer -> assertThat(get(answer)).isEqualTo(2));
        // by themselves they would have 600; the busier the machine, the more of these are at work at once
        assertThat(ours()).hasSizeLessThan(300);
        clients.subList(0, 50).forEach(XyClient::close);
        await().until(() -> server.sockets() == 50);
        assertThat(clients.subList(50, 100)).allMatch(client -> client.send("still here"));
        clients.forEach(XyClient::close);
        assertThat(ours()).isNotEmpty();
        threads.close();
        awaitNoThreads();
    }

    @Test
    void areJoinedByThoseOfAClientWithItsOwnWayOut() {
        RawServer server = closing(RawServer.secure(SelfSigned.forLocalhost().server()));
        XyClientThreads threads = closing(XyClientThreads.create());
        XyClient client = connect(builder(server)
                .threads(threads)
                .sslContext(SelfSigned.forLocalhost().trusting()));
        assertThat(client.send("hello")).isTrue();
        client.close();
        threads.close();
        awaitNoThreads();
    }
}
