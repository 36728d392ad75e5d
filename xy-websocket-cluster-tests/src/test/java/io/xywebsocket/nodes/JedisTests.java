package io.xywebsocket.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import io.xywebsocket.transport.Line;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two nodes whose driver for Redis is Jedis, which blocks a thread while it is subscribed. */
@Timeout(120)
class JedisTests extends WithNodes {

    private Redis redis;
    private Line line;

    @BeforeAll
    @Timeout(180) // processes that start take long on a busy machine
    void start() throws IOException {
        redis = closedAtTheEnd(new Redis());
        line = closedAtTheEnd(new Line(redis.port));
        // only its subscription itself tells this node that it has ended
        nodes.add(startNode("a", redis.port, "xy.websocket.cluster.echo-timeout=10m"));
        nodes.add(startNode("b", line.port()));
        nodes.forEach(Node::awaitReady);
        awaitAgreement();
    }

    private static Node startNode(String name, int port, String... properties) throws IOException {
        List<String> all = new ArrayList<>(List.of(properties));
        all.add("spring.data.redis.client-type=jedis");
        all.add("spring.data.redis.port=" + port);
        return Node.start(name, all.toArray(String[]::new));
    }

    @Test
    void eventsAndCallsReachMembersOfTheOtherNode() {
        List<Integer> there = hear(connect(1, "there"), "n");
        say(0, "everybody", "n", 0, 2000);
        awaitUntil(() -> there.size() == 2000);
        assertThat(there).isEqualTo(numbers(2000));
        connect(1, "ada").handlers().register("name", String.class, (String user) -> "I am " + user);
        assertThat(call(0, "ada", "name")).isEqualTo("I am ada");
    }

    @Test
    void whatASubscriptionMissesIsRepaired() throws Exception {
        List<Integer> here = hear(connect(0, "here"), "l");
        List<Integer> there = hear(connect(1, "there"), "k");
        for (int i = 0; i < 1000; i += 10) {
            if (i == 500) {
                redis.command("CLIENT", "KILL", "TYPE", "pubsub");
            }
            say(0, "everybody", "k", i, i + 10);
            say(1, "everybody", "l", i, i + 10);
            Thread.sleep(5);
        }
        awaitUntil(() -> here.size() == 1000 && there.size() == 1000);
        assertThat(here).isEqualTo(numbers(1000));
        assertThat(there).isEqualTo(numbers(1000));
        assertThat(sum(NodeApp.View::lost)).isZero();
        assertThat(nodes).allMatch(node -> lines(node, "ConnectionWatchdog") == 0); // Lettuce's
    }

    @Test
    void aSubscriptionThatDiesSilentlyIsRenewed() {
        List<Integer> there = hear(connect(1, "there"), "s");
        long connected = count(nodes.get(1), "CONNECTED");
        line.forget(true);
        awaitUntil(() -> count(nodes.get(1), "CONNECTED") > connected);
        say(0, "everybody", "s", 0, 100);
        awaitUntil(() -> there.size() == 100);
        assertThat(there).isEqualTo(numbers(100));
    }

    @Test
    void aNodeThatStopsLeavesAtOnce() throws IOException {
        Node stopped = startNode("stopped", redis.port).awaitReady();
        awaitUntil(() -> nodes.get(0).view().users().contains("control-stopped"));
        stopped.stop();
        awaitUntil(() -> count(nodes.get(0), "LEFT") == 1);
        assertThat(count(nodes.get(0), "LOST")).isZero();
        stopped.close();
    }
}
