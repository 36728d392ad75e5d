package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.xywebsocket.engine.ClusterTown.Client;
import io.xywebsocket.engine.ClusterTown.Node;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Two nodes of a cluster, and whatever a stranger may publish on their bus. */
@DisabledOnOs(value = OS.LINUX, architectures = "aarch64", disabledReason = "Jazzer's data provider is native")
class ClusterFuzzTests {

    private static final int ACTS = 100;
    private static final int LARGEST = 2_000;

    private static final String[] KINDS = {
        "ev", "send", "call", "many", "ask", "tell", "cancel", "group", "ans", "rej", "gone", "close", "up", "dn", "jn",
        "lv", "who", "hb", "sync", "snap", "is", "stop", "bye", "again", "lost", "echo"
    };

    private static final String[] MEMBERS = {
        "m", "n", "p", "id", "ttl", "g", "u", "x", "key", "ms", "c", "r", "t", "v", "size", "age", "back", "own",
        "from", "to"
    };

    private static final String[] VALUES = {
        "0",
        "1",
        "2",
        "true",
        "\"z\"",
        "\"y\"",
        "\"1\"",
        "\"north\"",
        "[]",
        "[\"north\"]",
        "[\"z\",\"1\"]",
        "{}",
        "null",
        "900000000000000000",
        "-1",
        "\"join\"",
        "\"\\u0000\\\"\""
    };

    /** What a frame throws ends the test, as its thread is the bus's. */
    @FuzzTest(maxDuration = "6s")
    void whatAStrangerPublishesHarmsNoNode(FuzzedDataProvider data) {
        try (ClusterTown town = new ClusterTown();
                LogCapture log = new LogCapture("io.xywebsocket", Level.WARN)) {
            Node a = town.start("a");
            Node b = town.start("b");
            Client here = a.connect();
            Client there = b.connect();
            here.peer.identify(() -> "ada");
            a.endpoint.groups().join(here.peer, "north");
            town.advance(100);
            for (int i = 0; i < ACTS && data.remainingBytes() > 0; i++) {
                act(town, a, data);
            }
            assertThat(log.lines(Level.WARN)).hasSizeLessThanOrEqualTo(2); // for foreign frames, and for failures

            // what waits behind a gap is handled after the outage, and its node is silent for the node timeout then
            town.advance(12_000);
            a.endpoint.broadcaster().everybody().send("last", 1);
            town.settle();
            assertThat(there.got("e.last")).hasSize(1);
            assertThat(here.got("e.last")).hasSize(1);
            for (Node node : town.nodes) {
                assertThat(node.endpoint.presence().members()).containsExactlyInAnyOrder(here.peer, there.peer);
                assertThat(node.endpoint.presence().inGroup("north")).containsExactly(here.peer);
                assertThat(node.endpoint.presence().users()).containsExactly("ada");
                assertThat(node.cluster().statistics().nodes()).isEqualTo(1);
                assertThat(node.cluster().statistics().servedCalls()).isZero();
            }
            assertThat(b.heard).doesNotContain("cut off");
        }
    }

    private static void act(ClusterTown town, Node node, FuzzedDataProvider data) {
        byte[] frame =
                switch (data.consumeInt(0, 3)) {
                    case 0 -> data.consumeBytes(LARGEST);
                    case 1 -> (header(data) + "\n" + data.consumeString(LARGEST)).getBytes(StandardCharsets.UTF_8);
                    default -> (header(data) + lines(data)).getBytes(StandardCharsets.UTF_8);
                };
        if (data.consumeBoolean()) {
            town.publish(node, frame);
        } else {
            town.publishToAll(frame);
        }
        town.advance(data.consumeInt(0, 1_000));
    }

    private static String header(FuzzedDataProvider data) {
        return "{\"xy\":1,\"from\":\"" + data.pickValue(new String[] {"x", "y-2", "é", ""}) + "\",\"app\":\"\",\"seq\":"
                + data.consumeInt(0, 9) + ",\"ev\":" + data.consumeInt(0, 9) + ",\"n\":" + data.consumeInt(0, 9)
                + ",\"all\":" + data.consumeInt(0, 9) + "}";
    }

    private static String lines(FuzzedDataProvider data) {
        StringBuilder lines = new StringBuilder();
        for (int line = data.consumeInt(0, 5); line > 0; line--) {
            lines.append("\n{\"k\":\"").append(data.pickValue(KINDS)).append('"');
            for (int member = data.consumeInt(0, 5); member > 0; member--) {
                lines.append(",\"")
                        .append(data.pickValue(MEMBERS))
                        .append("\":")
                        .append(data.pickValue(VALUES));
            }
            lines.append('}');
        }
        return lines.toString();
    }
}
