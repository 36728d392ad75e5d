package io.xywebsocket.spring.autoconfigure;

import io.xywebsocket.cluster.XyClusterStatistics;
import io.xywebsocket.engine.XyEndpoint;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The health of a node of a cluster. A node that is cut off serves its own peers, so its status is one that Spring Boot
 * neither maps to 503 nor counts for the application's.
 */
record ClusterHealth(String status, Map<String, Object> details) {

    static ClusterHealth of(XyEndpoint endpoint) {
        Map<String, Object> details = new LinkedHashMap<>();
        XyClusterStatistics statistics = endpoint.clusterStatistics().orElse(null);
        if (statistics == null) { // the application has an endpoint of its own
            return new ClusterHealth("UNKNOWN", details);
        }
        details.put("otherNodes", statistics.nodes());
        details.put("members", endpoint.presence().size());
        details.put("lostEvents", statistics.lostEvents());
        details.put("droppedEvents", statistics.droppedEvents());
        return new ClusterHealth(statistics.connected() ? "UP" : "CUT_OFF", details);
    }
}
