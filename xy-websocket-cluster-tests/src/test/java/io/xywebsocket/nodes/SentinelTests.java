package io.xywebsocket.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two nodes, a Redis with a replica, and a sentinel that makes the replica the master when that dies. */
@Timeout(180)
class SentinelTests extends WithNodes {

    private static final String MASTER = "shop";

    private Redis master;
    private Redis replica;

    @BeforeAll
    @Timeout(180) // processes that start take long on a busy machine
    void start() throws Exception {
        master = closedAtTheEnd(new Redis());
        replica = closedAtTheEnd(new Redis("--replicaof", "127.0.0.1 " + master.port));
        awaitUntil(() -> master.command("INFO", "replication").contains("state=online"));
        Redis sentinel = closedAtTheEnd(Redis.sentinel(MASTER, master.port));
        awaitUntil(() -> sentinel.command("INFO", "sentinel").contains("slaves=1"));
        for (String name : List.of("a", "b")) {
            nodes.add(Node.start(
                    name,
                    "spring.data.redis.sentinel.master=" + MASTER,
                    "spring.data.redis.sentinel.nodes=127.0.0.1:" + sentinel.port));
        }
        nodes.forEach(Node::awaitReady);
        awaitAgreement();
    }

    @Test
    void nodesAreOneClusterAgainBehindAFailover() {
        List<Integer> there = hear(connect(1, "there"), "f");
        long lost = nodes.get(1).view().lost();
        say(0, "everybody", "f", 0, 100);
        awaitUntil(() -> there.size() == 100);

        master.kill();
        say(0, "everybody", "f", 100, 200);
        connect(0, "late");
        awaitUntil(() -> replica.command("INFO", "replication").contains("role:master"));
        awaitAgreement();

        assertThat(nodes.get(1).view().users()).contains("late", "there");
        say(0, "everybody", "f", 200, 300);
        awaitUntil(() -> there.contains(299));
        long missed = nodes.get(1).view().lost() - lost;
        assertThat(there.size() + missed).isEqualTo(300);
        assertThat(there).isSorted().doesNotHaveDuplicates();
        assertThat(count(nodes.get(1), "GAP") > 0).isEqualTo(missed > 0);
    }
}
