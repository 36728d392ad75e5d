package io.xywebsocket.engine;

import io.xywebsocket.cluster.NodeMessages;
import io.xywebsocket.cluster.XyBus;
import io.xywebsocket.cluster.XyClusterListener;
import io.xywebsocket.cluster.XyClusterSettings;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What an endpoint needs to be a node of a cluster. Immutable.
 *
 * @param joinsLater whether it joins when it is told to, rather than at once
 * @param in  handles what others send, one task at a time; null for a thread of its own
 * @param out publishes, one task at a time; null for a thread of its own
 */
record ClusterWiring(
        XyClusterSettings settings,
        XyBus bus,
        List<XyClusterListener> listeners,
        NodeMessages messages,
        boolean joinsLater,
        @Nullable Executor in,
        @Nullable Executor out) {

    ClusterWiring {
        listeners = List.copyOf(listeners);
    }
}
