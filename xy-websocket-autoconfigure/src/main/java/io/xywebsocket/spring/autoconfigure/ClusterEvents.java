package io.xywebsocket.spring.autoconfigure;

import io.xywebsocket.cluster.XyClusterListener;
import io.xywebsocket.spring.XyClusterEvent;
import io.xywebsocket.spring.XyClusterEvent.Kind;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;

/** Publishes what happens among the nodes of the cluster as Spring events. */
record ClusterEvents(ApplicationEventPublisher events) implements XyClusterListener {

    private void publish(Kind kind, @Nullable String node, long lost) {
        events.publishEvent(new XyClusterEvent(kind, node, lost));
    }

    @Override
    public void joined(String node) {
        publish(Kind.JOINED, node, 0);
    }

    @Override
    public void lost(String node) {
        publish(Kind.LOST, node, 0);
    }

    @Override
    public void left(String node) {
        publish(Kind.LEFT, node, 0);
    }

    @Override
    public void gap(String node, long lost) {
        publish(Kind.GAP, node, lost);
    }

    @Override
    public void cutOff() {
        publish(Kind.CUT_OFF, null, 0);
    }

    @Override
    public void connected() {
        publish(Kind.CONNECTED, null, 0);
    }
}
