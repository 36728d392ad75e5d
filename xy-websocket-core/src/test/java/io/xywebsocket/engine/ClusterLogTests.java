package io.xywebsocket.engine;

import static io.xywebsocket.engine.ClusterTown.frame;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.xywebsocket.cluster.XyBus;
import io.xywebsocket.cluster.XyClusterSettings;
import io.xywebsocket.engine.ClusterTown.Node;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an operator reads in the log of a node. All in virtual time. */
class ClusterLogTests {

    private final ClusterTown town = new ClusterTown();

    @AfterEach
    void close() {
        town.close();
    }

    private static String cutOff(LogCapture log) {
        List<String> warnings = log.lines(Level.WARN);
        assertThat(warnings).hasSize(1);
        assertThat(warnings.get(0)).startsWith("Cut off from the cluster: ");
        return warnings.get(0);
    }

    @Test
    void aNodeThatCannotPublishSaysWhy() {
        town.start("a");
        try (LogCapture log = new LogCapture()) {
            town.bus.cut("a");
            town.advance(10_000);

            assertThat(cutOff(log)).contains("publishing fails: java.io.IOException: The bus can't be reached.");
        }
    }

    @Test
    void aNodeThatReceivesNothingSaysSo() {
        town.start("a");
        try (LogCapture log = new LogCapture()) {
            town.bus.cut("a", false, true);
            town.advance(10_000);

            assertThat(cutOff(log)).contains("publishing works, but nothing is received.");
        }
    }

    @Test
    void anEarlierFailureIsNotTheReason() {
        town.start("a");
        town.bus.cut("a", true, false);
        town.advance(1_000);
        try (LogCapture log = new LogCapture()) {
            town.bus.cut("a", false, true);
            town.advance(10_000);

            assertThat(cutOff(log)).contains("publishing works, but nothing is received.");
        }
    }

    /** A bus that can't subscribe, and whose publishing may take its time. */
    private record Unsubscribed(Supplier<Throwable> why, Runnable meanwhile) implements XyBus {

        @Override
        public void open(Set<String> channels, Receiver receiver) {
            // nothing ever arrives
        }

        @Override
        public void publish(String channel, byte[] frame) {
            meanwhile.run();
        }

        @Override
        public void renew() {
            // in vain
        }

        @Override
        public @Nullable Throwable subscriptionFailure() {
            return why.get();
        }

        @Override
        public void close() {
            // holds nothing
        }
    }

    @Test
    void aNodeThatCannotSubscribeFromItsStartSaysWhyOnOneLine() {
        Throwable why = new IllegalStateException(
                "Unable to subscribe", new IOException("NOPERM no permissions\n2026-01-01 INFO forged"));
        try (LogCapture log = new LogCapture()) {
            town.start("a", node -> node.cluster(XyClusterSettings.of("town"), new Unsubscribed(() -> why, () -> {})));
            town.advance(10_000);

            assertThat(cutOff(log))
                    .contains("subscribing fails: java.lang.IllegalStateException: Unable to subscribe, caused by"
                            + " java.io.IOException: NOPERM no permissions")
                    .doesNotContain("\n");
        }
    }

    @Test
    void aNodeWhoseBusDoesNotReturnSaysSo() {
        AtomicBoolean returns = new AtomicBoolean();
        Runnable meanwhile = () -> {
            if (!returns.getAndSet(true)) {
                town.clock.advance(Duration.ofSeconds(4));
                var unused = town.nodes.get(0).in.runOne(count -> 0);
            }
        };
        try (LogCapture log = new LogCapture()) {
            town.start(
                    "a", node -> node.cluster(XyClusterSettings.of("town"), new Unsubscribed(() -> null, meanwhile)));

            assertThat(log.lines(Level.WARN).get(0)).contains(": the bus has not accepted a frame for 4000 ms.");
        }
    }

    @Test
    void aBusThatFailsToSayWhyHidesNothing() {
        Supplier<Throwable> failing = () -> {
            throw new IllegalStateException("no idea");
        };
        try (LogCapture log = new LogCapture()) {
            Node a = town.start(
                    "a", node -> node.cluster(XyClusterSettings.of("town"), new Unsubscribed(failing, () -> {})));
            town.advance(10_000);

            assertThat(cutOff(log)).contains("subscribing fails: java.lang.IllegalStateException: no idea.");
            assertThat(a.heard).containsExactly("cut off");
        }
    }

    @Test
    void nodesThatComeAndGoAreLinesOfTheLog() {
        Node a = town.start("a");
        try (LogCapture log = new LogCapture(Level.INFO)) {
            Node b = town.start("b");
            b.connect();
            b.connect();
            Node c = town.start("c");
            c.connect();
            town.advance(1_000);
            b.endpoint.leaveCluster();
            town.settle();
            town.bus.cut("c");
            town.advance(6_500);

            assertThat(log.lines(Level.INFO))
                    .containsSubsequence(
                            "Node " + b.id + " has joined the cluster",
                            "Node " + c.id + " has joined the cluster",
                            "Node " + b.id + " has left the cluster. Members gone: 2",
                            "Node " + c.id + " is lost: nothing has been heard from it. Members gone: 1");
            assertThat(a.endpoint.presence().size()).isZero();
        }
    }

    @Test
    void nodesThatFlapDoNotFloodTheLog() {
        town.start("a");
        try (LogCapture log = new LogCapture(Level.INFO)) {
            for (int i = 1; i <= 500; i++) {
                town.publishToAll(frame("x", 2L * i - 1, "{\"k\":\"hb\",\"v\":0,\"age\":1}"));
                town.publishToAll(frame("x", 2L * i, "{\"k\":\"bye\"}"));
            }
            assertThat(log.lines(Level.INFO)).hasSize(60);
            town.advance(61_000);
            town.publishToAll(frame("x", 1_001, "{\"k\":\"hb\",\"v\":0,\"age\":1}"));
            assertThat(log.lines(Level.INFO)).contains("Node x has joined the cluster (and 940 more changes of nodes)");
        }
    }
}
