package io.xywebsocket.cluster;

import io.xywebsocket.XyInternals;
import java.time.Duration;

/**
 * Settings of a node of a cluster. Derive others from the defaults:
 *
 * <pre>{@code
 * XyClusterSettings settings = XyClusterSettings.of("shop").withNodeTimeout(Duration.ofSeconds(10));
 * }</pre>
 *
 * Immutable.
 *
 * @param name              the cluster's name: the same for all its nodes, and another one than that of any other
 *     application on the same bus; 1 to 100 characters
 * @param fingerprint       what else all nodes must have in common, such as the endpoint's path; frames of nodes with
 *     another one are ignored; default empty
 * @param heartbeat         the interval of heartbeats; default 1 s
 * @param nodeTimeout       how long a node may be silent before its members are gone; at least two heartbeats;
 *     default 5 s
 * @param echoTimeout       how long this node may fail to hear its own frames before it is cut off; at least two
 *     heartbeats; default 3 s
 * @param outage            how long an event waits for the bus before it is dropped; default 5 s
 * @param tailSize          the bytes of published frames that are kept for nodes that have missed some; 0 for none;
 *     default 16 MiB
 * @param publishBufferSize the bytes that may wait to be published, beyond which events are dropped and calls are
 *     refused with 503, or with 413 if they are larger themselves; answers may take four times as many; default 8 MiB
 * @param inboxSize         the bytes that may wait to be handled, beyond which events are dropped; default 16 MiB
 * @since 0.1
 */
public record XyClusterSettings(
        String name,
        String fingerprint,
        Duration heartbeat,
        Duration nodeTimeout,
        Duration echoTimeout,
        Duration outage,
        long tailSize,
        long publishBufferSize,
        long inboxSize) {

    private static final int MAX_NAME = 100;

    /** @throws IllegalArgumentException if a value is out of its range; the message names it */
    public XyClusterSettings {
        checkName(name);
        XyInternals.positive("cluster.heartbeat", heartbeat);
        XyInternals.positive("cluster.node-timeout", nodeTimeout);
        XyInternals.positive("cluster.echo-timeout", echoTimeout);
        XyInternals.positive("cluster.outage", outage);
        if (nodeTimeout.compareTo(heartbeat.multipliedBy(2)) < 0
                || echoTimeout.compareTo(heartbeat.multipliedBy(2)) < 0) {
            throw new IllegalArgumentException("cluster.node-timeout and cluster.echo-timeout must be at least twice"
                    + " cluster.heartbeat, so that one lost heartbeat means nothing");
        }
        if (tailSize < 0 || publishBufferSize <= 0 || inboxSize <= 0) {
            throw new IllegalArgumentException("cluster.publish-buffer-size and cluster.inbox-size must be more than 0,"
                    + " and cluster.tail-size not negative");
        }
    }

    private static void checkName(String name) {
        if (name.isBlank() || name.length() > MAX_NAME) {
            throw new IllegalArgumentException("cluster.name must have 1 to " + MAX_NAME + " characters");
        }
        if (name.chars().anyMatch(c -> c == '{' || c == '}' || Character.isISOControl(c))) {
            throw new IllegalArgumentException("cluster.name must have no braces and no control characters");
        }
    }

    /** Returns the defaults for a cluster of this name. */
    public static XyClusterSettings of(String name) {
        return new XyClusterSettings(
                name,
                "",
                Duration.ofSeconds(1),
                Duration.ofSeconds(5),
                Duration.ofSeconds(3),
                Duration.ofSeconds(5),
                16 << 20,
                8 << 20,
                16 << 20);
    }

    public XyClusterSettings withFingerprint(String value) {
        return new XyClusterSettings(
                name, value, heartbeat, nodeTimeout, echoTimeout, outage, tailSize, publishBufferSize, inboxSize);
    }

    /**
     * Returns settings with another heartbeat, node timeout and echo timeout.
     *
     * @throws IllegalArgumentException if a timeout is shorter than two heartbeats
     */
    public XyClusterSettings withTimes(Duration newHeartbeat, Duration newNodeTimeout, Duration newEchoTimeout) {
        return new XyClusterSettings(
                name,
                fingerprint,
                newHeartbeat,
                newNodeTimeout,
                newEchoTimeout,
                outage,
                tailSize,
                publishBufferSize,
                inboxSize);
    }

    public XyClusterSettings withNodeTimeout(Duration value) {
        return withTimes(heartbeat, value, echoTimeout);
    }

    public XyClusterSettings withOutage(Duration value) {
        return new XyClusterSettings(
                name, fingerprint, heartbeat, nodeTimeout, echoTimeout, value, tailSize, publishBufferSize, inboxSize);
    }

    public XyClusterSettings withTailSize(long bytes) {
        return new XyClusterSettings(
                name, fingerprint, heartbeat, nodeTimeout, echoTimeout, outage, bytes, publishBufferSize, inboxSize);
    }

    public XyClusterSettings withPublishBufferSize(long bytes) {
        return new XyClusterSettings(
                name, fingerprint, heartbeat, nodeTimeout, echoTimeout, outage, tailSize, bytes, inboxSize);
    }

    public XyClusterSettings withInboxSize(long bytes) {
        return new XyClusterSettings(
                name, fingerprint, heartbeat, nodeTimeout, echoTimeout, outage, tailSize, publishBufferSize, bytes);
    }

    /** The channel that every node subscribes to. */
    String allChannel() {
        return "xy:{" + name + "}:all";
    }

    /** The channel of one node. */
    String nodeChannel(String node) {
        return "xy:{" + name + "}:n:" + node;
    }
}
