package io.xywebsocket.spring.autoconfigure;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.xywebsocket.XyStatistics;
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
