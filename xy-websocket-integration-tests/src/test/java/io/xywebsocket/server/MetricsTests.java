package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.xywebsocket.XyGroups;
import io.xywebsocket.XyStatistics;
import io.xywebsocket.cluster.XyClusterStatistics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class MetricsTests {

    private static final String PREFIX = "xy.websocket.";

    private static List<Meter> meters(MeterRegistry registry) {
        return registry.getMeters().stream()
                .filter(meter -> meter.getId().getName().startsWith(PREFIX))
                .toList();
    }

    private static String section() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "operations.md"));
        return page.substring(page.indexOf("\n## Metrics"), page.indexOf("\n### Who is connected"));
    }

    @Test
    void theDocumentsNameThem() throws IOException {
        String section = section();
        try (App app = App.of(Functions.class)) {
            assertThat(meters(app.bean(MeterRegistry.class)))
                    .hasSameSizeAs(XyStatistics.class.getMethods())
                    .allSatisfy(meter -> assertThat(section)
                            .contains("`" + meter.getId().getName().substring(PREFIX.length()) + "`"));
        }
    }

    @Test
    void theDocumentsNameThoseOfANodeOfACluster() throws IOException {
        String section = section();
        try (App app = App.with("xy.websocket.cluster.name=meters").start(ClusterStartTests.Node.class)) {
            assertThat(meters(app.bean(MeterRegistry.class)))
                    .filteredOn(meter -> meter.getId().getName().startsWith(PREFIX + "cluster."))
                    .hasSameSizeAs(XyClusterStatistics.class.getRecordComponents())
                    .allSatisfy(meter -> assertThat(section)
                            .contains("`" + meter.getId().getName().substring(PREFIX.length()) + "`"));
        }
    }

    @Test
    void anEndpointsNumbersAreMetersOfTheApplication() {
        try (App app = App.of(Functions.class);
                RawClient client = app.connect()) {
            await().until(() -> app.endpoint().statistics().peers() == 1);
            MeterRegistry registry = app.bean(MeterRegistry.class);
            app.bean(XyGroups.class).join(app.lifeCycle().connected(), "north");
            client.send("{\"e\":\"resolve.f\",\"id\":\"made up\"}").send("{\"e\":\"unknown\"}");
            client.call("echo", "1").next();

            assertThat(meters(registry))
                    .allSatisfy(
                            meter -> assertThat(meter.getId().getDescription()).isNotBlank());
            assertThat(registry.get("xy.websocket.peers").gauge().value()).isEqualTo(1);
            assertThat(registry.get("xy.websocket.groups").gauge().value()).isEqualTo(1);
            assertThat(registry.get("xy.websocket.queued").gauge().getId().getBaseUnit())
                    .isEqualTo("bytes");
            for (String one : List.of("connections", "answers.unmatched", "frames.ignored")) {
                assertThat(registry.get("xy.websocket." + one).functionCounter().count())
                        .as(one)
                        .isEqualTo(1);
            }
        }
    }
}
