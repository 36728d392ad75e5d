package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.cluster.NodeMessages;
import io.xywebsocket.cluster.XyBus;
import io.xywebsocket.spring.XyClusterEvent;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.event.EventListener;

/** A node says what it is, and joins its cluster when all listeners are there, and before it serves peers. */
@ExtendWith(OutputCaptureExtension.class)
class ClusterStartTests {

    static class Node implements XyBus, SmartInitializingSingleton {

        final List<String> steps = new CopyOnWriteArrayList<>();
        private volatile Receiver receiver = (channel, frame) -> {};

        @Override
        public void afterSingletonsInstantiated() {
            steps.add("beans");
        }

        @Override
        public void open(Set<String> channels, Receiver newReceiver) {
            steps.add("joins");
            receiver = newReceiver;
        }

        @EventListener
        void on(ApplicationEvent event) { // its package is another one in each line of Spring Boot
            if (event.getClass().getSimpleName().equals("ServletWebServerInitializedEvent")) {
                steps.add("serves");
            }
        }

        @EventListener
        void on(XyClusterEvent event) {
            steps.add(event.kind().name());
        }

        @Override
        public void publish(String channel, byte[] frame) {
            receiver.frame(channel, frame);
        }

        @Override
        public void renew() {
            // is never lost
        }

        @Override
        public void close() {
            steps.add("ends");
        }
    }

    @Test
    void aNodeJoinsOnceItsListenersAreThereAndBeforeItServesPeers(CapturedOutput output) {
        try (App app = App.with("xy.websocket.cluster.name=start").start(Node.class)) {
            List<String> steps = app.bean(Node.class).steps;
            await().until(() -> steps.contains("CONNECTED"));

            assertThat(output)
                    .contains("xy-websocket cluster: node "
                            + app.bean(NodeMessages.class).node() + " of 'start', over ClusterStartTests.Node")
                    .containsOnlyOnce("xy-websocket is a node of the cluster 'start': each client that may publish to"
                            + " its channels can send to all peers")
                    .containsPattern("WARN .*ClusterSetup *: xy-websocket is a node of the cluster 'start'");
            assertThat(steps).containsSubsequence("beans", "joins", "serves").containsOnlyOnce("joins");
        }
    }
}
