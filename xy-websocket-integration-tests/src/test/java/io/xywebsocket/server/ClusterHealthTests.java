package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.xywebsocket.XyRpc;
import io.xywebsocket.cluster.InMemoryBus;
import io.xywebsocket.cluster.XyBus;
import io.xywebsocket.concurrent.SystemClock;
import io.xywebsocket.spring.XyClusterEvent;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.EventListener;

/** What is seen of a node of a cluster from outside: health, events and the log. */
@ExtendWith(OutputCaptureExtension.class)
class ClusterHealthTests {

    private static final SystemClock CLOCK = new SystemClock();
    private static final InMemoryBus BUS = new InMemoryBus(CLOCK);

    private static App app;

    static class Node {

        final List<XyClusterEvent.Kind> heard = new CopyOnWriteArrayList<>();

        @Bean
        XyBus bus() {
            return BUS.line("node");
        }

        @EventListener
        void on(XyClusterEvent event) {
            heard.add(event.kind());
        }

        @XyRpc
        String hello() {
            return "hello";
        }
    }

    @BeforeAll
    static void start() {
        app = App.with(
                        "xy.websocket.cluster.name=health",
                        "management.endpoint.health.show-details=always",
                        "management.endpoint.health.probes.enabled=true")
                .start(Node.class);
    }

    @AfterAll
    static void stop() {
        app.close();
        CLOCK.close();
    }

    @AfterEach
    void heal() {
        BUS.cut("node", false, false);
    }

    private static JsonNode health(String path, int status) {
        HttpResponse<String> response = app.get("/actuator/health" + path);
        assertThat(response.statusCode()).isEqualTo(status);
        return Json.of(response.body());
    }

    private static void awaitStatus(String status) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> health("/xyCluster", 200).path("status").asText().equals(status));
    }

    @Test
    void aNodeThatIsCutOffSaysSoAndIsNotTakenOutOfTheBalancer(CapturedOutput output) {
        awaitStatus("UP");
        assertThat(health("/xyCluster", 200).path("details").path("otherNodes").asInt(-1))
                .isZero();
        Node node = app.bean(Node.class);
        node.heard.clear();
        BUS.cut("node");

        awaitStatus("CUT_OFF");

        assertThat(health("", 200).path("status").asText()).isEqualTo("UP");
        assertThat(health("/readiness", 200).path("status").asText()).isEqualTo("UP");
        try (RawClient client = app.connect()) {
            assertThat(client.call("hello", "null").next()).contains("hello");
        }
        BUS.cut("node", false, false);
        awaitStatus("UP");
        await().until(() -> node.heard.equals(List.of(XyClusterEvent.Kind.CUT_OFF, XyClusterEvent.Kind.CONNECTED)));
        assertThat(output.getAll()).containsOnlyOnce("Cut off from the cluster");
    }

    @Test
    void anApplicationWithoutAClusterHasNoSuchContribution() {
        try (App single = App.of(Node.class)) {
            assertThat(single.get("/actuator/health/xyCluster").statusCode()).isEqualTo(404);
        }
        for (String off : List.of("management.health.xy-cluster.enabled=false", "xy.websocket.cluster.enabled=false")) {
            try (App without = App.with("xy.websocket.cluster.name=health", off).start(Node.class)) {
                assertThat(without.get("/actuator/health/xyCluster").statusCode())
                        .as(off)
                        .isEqualTo(404);
            }
        }
    }
}
