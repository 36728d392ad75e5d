package io.xywebsocket.spring.autoconfigure;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.xywebsocket.XyStatistics;
import io.xywebsocket.cluster.XyClusterStatistics;
import io.xywebsocket.engine.XyEndpoint;
import java.util.function.ToDoubleFunction;

/** An endpoint's {@link XyStatistics} as meters, read when the registry asks for them. */
final class EndpointMeters implements MeterBinder {

    private static final String PREFIX = "xy.websocket.";

    private final XyEndpoint endpoint;

    EndpointMeters(XyEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        gauge(registry, "peers", "connected peers", XyStatistics::peers);
        gauge(registry, "groups", "groups that have members", XyStatistics::groups);
        gauge(registry, "closing", "connections whose closing handshake is under way", XyStatistics::closing);
        gauge(registry, "calls.pending", "calls to peers that wait for their answers", XyStatistics::pendingCalls);
        Gauge.builder(PREFIX + "queued", endpoint, asked -> asked.statistics().queuedBytes())
                .description("what is on its way to peers and not yet written")
                .baseUnit(BaseUnits.BYTES)
                .register(registry);
        Gauge.builder(PREFIX + "received", endpoint, asked -> asked.statistics().receivedBytes())
                .description("what peers have sent and is not handled yet")
                .baseUnit(BaseUnits.BYTES)
                .register(registry);
        count(registry, "connections", "connections opened", XyStatistics::connections);
        count(registry, "calls.refused", "calls refused because of a bound", XyStatistics::refusedCalls);
        count(registry, "calls.expired", "calls of peers whose time was over", XyStatistics::expiredCalls);
        count(registry, "calls.cancelled", "calls of peers that they cancelled", XyStatistics::cancelledCalls);
        count(registry, "peers.dropped", "peers too slow or without a sign of life", XyStatistics::droppedPeers);
        count(registry, "events.dropped", "events lost for peers that are too slow", XyStatistics::droppedEvents);
        count(registry, "events.replaced", "events replaced by later ones", XyStatistics::replacedEvents);
        count(registry, "events.refused", "events of peers over a rate limit", XyStatistics::refusedEvents);
        count(registry, "answers.unmatched", "answers to no pending call", XyStatistics::unmatchedAnswers);
        count(registry, "frames.ignored", "frames of unknown kinds", XyStatistics::ignoredFrames);
        bindCluster(registry);
    }

    private void bindCluster(MeterRegistry registry) {
        if (endpoint.clusterStatistics().isEmpty()) {
            return;
        }
        cluster(registry, "nodes", "other nodes of the cluster", XyClusterStatistics::nodes);
        cluster(registry, "members", "members of other nodes", XyClusterStatistics::members);
        cluster(registry, "connected", "1 if this node hears itself, else 0", now -> now.connected() ? 1 : 0);
        cluster(registry, "calls.pending", "calls to members of other nodes", XyClusterStatistics::pendingCalls);
        cluster(
                registry,
                "calls.served",
                "calls of other nodes to peers of this one",
                XyClusterStatistics::servedCalls);
        cluster(registry, "publish.queued", "bytes that wait to be published", XyClusterStatistics::queuedBytes);
        cluster(registry, "echo", "milliseconds since this node heard itself", now -> now.sinceEcho()
                .toMillis());
        clusterCount(registry, "events.lost", "events of other nodes not got", XyClusterStatistics::lostEvents);
        clusterCount(
                registry, "events.dropped", "events of this node not published", XyClusterStatistics::droppedEvents);
        clusterCount(registry, "frames.duplicate", "frames that came again", XyClusterStatistics::duplicateFrames);
        clusterCount(
                registry, "frames.repaired", "frames that were missed at first", XyClusterStatistics::repairedFrames);
        clusterCount(registry, "frames.foreign", "frames of other applications", XyClusterStatistics::foreignFrames);
        clusterCount(
                registry,
                "messages.unknown",
                "messages of other nodes that can't be read",
                XyClusterStatistics::unknownMessages);
    }

    private void cluster(
            MeterRegistry registry, String name, String description, ToDoubleFunction<XyClusterStatistics> value) {
        Gauge.builder(PREFIX + "cluster." + name, endpoint, asked -> of(asked, value))
                .description(description)
                .register(registry);
    }

    private void clusterCount(
            MeterRegistry registry, String name, String description, ToDoubleFunction<XyClusterStatistics> value) {
        FunctionCounter.builder(PREFIX + "cluster." + name, endpoint, asked -> of(asked, value))
                .description(description)
                .register(registry);
    }

    private static double of(XyEndpoint endpoint, ToDoubleFunction<XyClusterStatistics> value) {
        return endpoint.clusterStatistics().map(value::applyAsDouble).orElse(Double.NaN);
    }

    private void gauge(MeterRegistry registry, String name, String description, ToDoubleFunction<XyStatistics> value) {
        Gauge.builder(PREFIX + name, endpoint, asked -> value.applyAsDouble(asked.statistics()))
                .description(description)
                .register(registry);
    }

    private void count(MeterRegistry registry, String name, String description, ToDoubleFunction<XyStatistics> value) {
        FunctionCounter.builder(PREFIX + name, endpoint, asked -> value.applyAsDouble(asked.statistics()))
                .description(description)
                .register(registry);
    }
}
