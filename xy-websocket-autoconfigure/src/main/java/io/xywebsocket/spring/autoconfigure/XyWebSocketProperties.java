package io.xywebsocket.spring.autoconfigure;

import io.xywebsocket.XyLimits;
import io.xywebsocket.XySlowPeerPolicy;
import io.xywebsocket.XyTimeouts;
import io.xywebsocket.cluster.XyClusterSettings;
import io.xywebsocket.protocol.Prefixes;
import io.xywebsocket.spring.limits.Rate;
import io.xywebsocket.spring.limits.Rates;
import io.xywebsocket.spring.startup.StartUpException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The starter's settings. Immutable.
 *
 * @param enabled            Whether there is an endpoint at all.
 * @param path               Where the endpoint is, below the context path.
 * @param scriptPath         Where the JavaScript client is served, below the context path; its source and types are beside it. Empty for nowhere.
 * @param allowedOrigins     Origins that browsers may connect from besides the server's own. An asterisk stands for any
 *     characters.
 * @param callTimeout        How long a call to a peer waits for its answer.
 * @param heartbeatInterval  Time between pings. A peer of which nothing came since the last one is dropped.
 * @param sendTimeout        How long a peer may take nothing of what waits for it before it is dropped.
 * @param eventOrderTimeout  How long a running event listener holds up the calls that the same peer sent after the event.
 * @param messageTimeout     How long a peer may take for one message, from its first part to its end, before it is closed with 1008.
 * @param maxMessageSize     The largest message taken, in bytes of UTF-8 after decompression. A larger one closes with 1009.
 * @param sendBufferSize     Bytes of UTF-8 queued for one peer and not yet written, beyond which the peer is too slow.
 * @param slowPeers          What is dropped when the send buffer of a peer is full: the peer, or events to it.
 * @param receiveBufferSize  Bytes of UTF-8 of one peer's unfinished message and of its calls and events until they have been handled, and 200 for
 *     each of these, beyond which calls get 429 and reading pauses.
 * @param maxReceivedBytes   The bound of receive-buffer-size for all peers of each node together, beyond which the peer with the largest
 *     unfinished message is closed with 1013, or calls get 503. A quarter of the maximum heap unless set.
 * @param maxConcurrentCalls Calls of one peer that run at once. Further ones wait in the receive buffer, or get 429
 *     if all that run wait for that peer's answers.
 * @param maxPendingCalls    Calls to one peer that wait for their answers, beyond which further ones fail with 429.
 * @param idleTimeout        Time without calls, events and answers, either way, after which a peer is closed with 1000. None unless set.
 * @param maxGroupsPerPeer   Groups that one peer may be in, beyond which joining fails with 429.
 * @param maxSessions        Connected peers of each node beyond which a handshake is answered 503; -1 for unlimited.
 * @param maxSessionsPerUser Connected peers of one user, at each node, beyond which a handshake is answered 429; -1 for unlimited.
 * @param maxSessionsPerAddress Connected peers from one IPv4 address, or one /64 of IPv6, at each node, beyond which a handshake is
 *     answered 429; -1 for unlimited.
 * @param rateLimit          How much peers may send. Needs Bucket4j.
 * @param shutdownReturnWindow Over how long a time the peers are asked to come back when the application shuts down, 1 minute at most. 0 for not asking.
 * @param compression        Whether permessage-deflate is negotiated. Messages from 256 bytes on are then compressed, a broadcast once for all peers.
 * @param includeMessage     Whether the class and text of unexpected exceptions go to peers.
 * @param denyByDefault      Whether functions and listeners without a rule about who may use them refuse everybody. Needs Spring Security.
 * @param ticketPath         Where a POST gets a ticket for one handshake, below the context path. Empty for nowhere. Needs Spring
 *     Security.
 * @param ticketLifetime     How long a ticket may be used.
 * @param presence           Presence of users.
 * @param cluster            Several nodes as one.
 * @param security           What is left open on purpose.
 * @param executor           The threads that run handlers.
 * @param protocol           What the frames of the protocol begin with.
 * @since 0.1
 */
@ConfigurationProperties("xy.websocket")
public record XyWebSocketProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("/ws") String path,
        @DefaultValue("/xy-websocket.js") String scriptPath,
        @DefaultValue List<String> allowedOrigins,
        @DefaultValue("5s") Duration callTimeout,
        @DefaultValue("30s") Duration heartbeatInterval,
        @DefaultValue("10s") Duration sendTimeout,
        @DefaultValue("1s") Duration eventOrderTimeout,
        @DefaultValue("30s") Duration messageTimeout,
        @DefaultValue("1MB") DataSize maxMessageSize,
        @DefaultValue("512KB") DataSize sendBufferSize,
        @DefaultValue("drop-peer") XySlowPeerPolicy slowPeers,
        @DefaultValue("4MB") DataSize receiveBufferSize,
        @Nullable DataSize maxReceivedBytes,
        @DefaultValue("256") int maxConcurrentCalls,
        @DefaultValue("10000") int maxPendingCalls,
        @DefaultValue("100") int maxGroupsPerPeer,
        @Nullable Duration idleTimeout,
        @DefaultValue("-1") int maxSessions,
        @DefaultValue("-1") int maxSessionsPerUser,
        @DefaultValue("-1") int maxSessionsPerAddress,
        @DefaultValue RateLimit rateLimit,
        @DefaultValue("5s") Duration shutdownReturnWindow,
        @DefaultValue("false") boolean compression,
        @DefaultValue("never") IncludeMessage includeMessage,
        @DefaultValue("false") boolean denyByDefault,
        @DefaultValue("") String ticketPath,
        @DefaultValue("30s") Duration ticketLifetime,
        @DefaultValue Presence presence,
        @DefaultValue Cluster cluster,
        @DefaultValue Security security,
        @DefaultValue Executor executor,
        @DefaultValue Protocol protocol) {

    private static final SettingCheck CHECK = new SettingCheck("xy.websocket.");

    /** Clients stay away no longer, whatever they are asked. */
    private static final Duration LONGEST_RETURN_WINDOW = Duration.ofMinutes(1);

    /** Refuses what can't be meant. */
    public XyWebSocketProperties {
        CHECK.path("path", path);
        if (!scriptPath.isEmpty()) {
            CHECK.path("script-path", scriptPath);
        }
        if (!ticketPath.isEmpty()) {
            CHECK.path("ticket-path", ticketPath);
        }
        if (!scriptPath.isEmpty() && scriptPath.equals(ticketPath)) {
            throw StartUpException.ofProperties(
                    "xy.websocket.script-path and xy.websocket.ticket-path are the same: '" + scriptPath + "'.",
                    "Set each to a path of its own.",
                    "xy.websocket.script-path",
                    "xy.websocket.ticket-path");
        }
        CHECK.origins("allowed-origins", allowedOrigins);
        CHECK.positive("call-timeout", callTimeout, "5s");
        CHECK.positive("heartbeat-interval", heartbeatInterval, "30s");
        CHECK.positive("send-timeout", sendTimeout, "10s");
        CHECK.positive("event-order-timeout", eventOrderTimeout, "1s");
        CHECK.positive("message-timeout", messageTimeout, "30s");
        CHECK.positive("ticket-lifetime", ticketLifetime, "30s");
        if (idleTimeout != null) {
            CHECK.positive("idle-timeout", idleTimeout, "10m");
        }
        CHECK.positive("max-message-size", maxMessageSize, "1MB");
        CHECK.positive("send-buffer-size", sendBufferSize, "512KB");
        CHECK.positive("receive-buffer-size", receiveBufferSize, "4MB");
        requireRoomForAMessage("receive-buffer-size", receiveBufferSize, maxMessageSize);
        if (maxReceivedBytes != null) {
            requireRoomForAMessage("max-received-bytes", maxReceivedBytes, maxMessageSize);
        }
        CHECK.positive("max-concurrent-calls", maxConcurrentCalls, "256");
        CHECK.positive("max-pending-calls", maxPendingCalls, "10000");
        CHECK.positive("max-groups-per-peer", maxGroupsPerPeer, "100");
        if (denyByDefault && security.openHandlers() == OpenHandlers.ALLOWED) {
            throw StartUpException.ofProperties(
                    "xy.websocket.security.open-handlers allows functions and listeners without a rule, but"
                            + " xy.websocket.deny-by-default refuses them.",
                    "Remove one of the two properties.",
                    "xy.websocket.security.open-handlers",
                    "xy.websocket.deny-by-default");
        }
        CHECK.unlimitedOr(0, "max-sessions", maxSessions);
        CHECK.unlimitedOr(0, "max-sessions-per-user", maxSessionsPerUser);
        CHECK.unlimitedOr(0, "max-sessions-per-address", maxSessionsPerAddress);
        if (shutdownReturnWindow.isNegative() || shutdownReturnWindow.compareTo(LONGEST_RETURN_WINDOW) > 0) {
            throw CHECK.refused(
                    "shutdown-return-window",
                    "must not be less than 0 or more than 1 minute, but is " + SettingCheck.text(shutdownReturnWindow),
                    "Set it to a duration such as 5s, or to 0s if peers are not to be asked to come back.");
        }
    }

    private static void requireRoomForAMessage(String name, DataSize size, DataSize message) {
        if (size.compareTo(message) < 0) {
            throw StartUpException.ofProperties(
                    "xy.websocket." + name + " (" + SettingCheck.text(size)
                            + ") must not be smaller than xy.websocket.max-message-size (" + SettingCheck.text(message)
                            + "): a message that size could never be received.",
                    "Set xy.websocket." + name + " to " + SettingCheck.text(message)
                            + " or more, or xy.websocket.max-message-size to " + SettingCheck.text(size) + " or less.",
                    "xy.websocket." + name,
                    "xy.websocket.max-message-size");
        }
    }

    /** When the class and text of unexpected exceptions go to peers. */
    public enum IncludeMessage {
        /** Never: peers get an id that is in the log too. */
        NEVER,
        /** Always: for development. */
        ALWAYS
    }

    /** The treatment of functions and listeners that have no rule about who may use them. */
    public enum OpenHandlers {
        /** Warnings at start-up list them. */
        WARN,
        /** Nothing: they are open on purpose. */
        ALLOWED
    }

    /**
     * Presence of users.
     *
     * @param linger How long a user whose last connection has ended is still online, as pages reload and networks change; 0s for
     *     not at all.
     */
    public record Presence(@DefaultValue("5s") Duration linger) {

        /** Refuses what can't be meant. */
        public Presence {
            if (linger.isNegative()) {
                throw CHECK.refused(
                        "presence.linger",
                        "must not be less than 0, but is " + SettingCheck.text(linger),
                        "Set it to a duration such as 5s, or to 0s if a user is offline at once.");
            }
        }
    }

    /**
     * Several nodes as one.
     *
     * @param enabled           Whether this instance joins the cluster that has the name.
     * @param name              Who belongs together: the same for all nodes of this application, and for no other on the same Redis. Without a name
     *     there is no cluster.
     * @param heartbeat         How often each node tells the others that it is there.
     * @param nodeTimeout       How long a node may be silent before its members are gone.
     * @param echoTimeout       How long this node may fail to hear its own heartbeats before it is cut off: calls to members of other nodes fail at once then.
     * @param outage            How long an event to other nodes waits for Redis before it is dropped.
     * @param tailSize          What this node remembers of what it has published, for nodes that have missed some; 0 for nothing.
     * @param publishBufferSize What may wait to be published, beyond which events to other nodes are dropped and calls get 503; what is larger itself gets 413.
     * @param inboxSize         What may wait to be handled of what other nodes have published, beyond which events are dropped.
     */
    public record Cluster(
            @DefaultValue("true") boolean enabled,
            @Nullable String name,
            @DefaultValue("1s") Duration heartbeat,
            @DefaultValue("5s") Duration nodeTimeout,
            @DefaultValue("3s") Duration echoTimeout,
            @DefaultValue("5s") Duration outage,
            @DefaultValue("16MB") DataSize tailSize,
            @DefaultValue("8MB") DataSize publishBufferSize,
            @DefaultValue("16MB") DataSize inboxSize) {

        /** Refuses what can't be meant. */
        public Cluster {
            if (name != null) {
                CHECK.clusterName("cluster.name", name);
            }
            CHECK.positive("cluster.heartbeat", heartbeat, "1s");
            CHECK.twice("cluster.node-timeout", nodeTimeout, "cluster.heartbeat", heartbeat);
            CHECK.twice("cluster.echo-timeout", echoTimeout, "cluster.heartbeat", heartbeat);
            CHECK.positive("cluster.outage", outage, "5s");
            CHECK.positive("cluster.publish-buffer-size", publishBufferSize, "8MB");
            CHECK.positive("cluster.inbox-size", inboxSize, "16MB");
            if (tailSize.isNegative()) {
                throw CHECK.refused("cluster.tail-size", "must not be negative", "Set it to 16MB, or 0 for nothing.");
            }
        }

        /**
         * Returns the settings of the node; null if it is in no cluster.
         *
         * @param fingerprint what all nodes have alike
         */
        @Nullable
        XyClusterSettings settings(String fingerprint) {
            return !enabled || name == null
                    ? null
                    : new XyClusterSettings(
                            name,
                            fingerprint,
                            heartbeat,
                            nodeTimeout,
                            echoTimeout,
                            outage,
                            tailSize.toBytes(),
                            publishBufferSize.toBytes(),
                            inboxSize.toBytes());
        }
    }

    /**
     * Security of handlers: what is left open on purpose.
     *
     * @param openHandlers Whether warnings at start-up list the functions and events that have no rule about who may use them. Not with
     *     deny-by-default, which refuses them.
     */
    public record Security(@DefaultValue("warn") OpenHandlers openHandlers) {}

    /**
     * The threads that run handlers.
     *
     * @param maxThreads How many threads run handlers before, if all are stuck, new calls get 503; peers share them
     *     fairly. Not used with virtual threads. Of an executor of the application's: how many tasks it runs at once,
     *     if it can't be asked.
     */
    public record Executor(@DefaultValue("512") int maxThreads) {

        /** Refuses what can't be meant. */
        public Executor {
            CHECK.positive("executor.max-threads", maxThreads, "512");
        }
    }

    /**
     * How much peers may send, each as a rate: 200/1s is two hundred at once or within a second.
     *
     * @param perPeer             Frames of one connection. More calls get 429, more events are dropped. None unless set.
     * @param perUser             Frames of all connections of one user together, at each node. None unless set.
     * @param functions           Calls to single functions by their names, of each user at each node, or of each connection of an
     *     unauthenticated peer.
     * @param maxRefused          Refused frames of one connection, beyond which it is closed with 1008.
     * @param handshakesPerAddress Handshakes from one IPv4 address, or one /64 of IPv6, at each node, beyond which they are answered 429. A
     *     connection that is closed because its peer breaks the protocol counts as one more. None unless set.
     */
    public record RateLimit(
            @Nullable Rate perPeer,
            @Nullable Rate perUser,
            @DefaultValue Map<String, String> functions,
            @DefaultValue("1000/10s") Rate maxRefused,
            @Nullable Rate handshakesPerAddress) {

        /** Refuses what can't be meant. */
        public RateLimit {
            functions.forEach(RateLimit::ofFunction);
        }

        /** Not bound as a rate: names have dots, and the binding would take those for levels. */
        private static Rate ofFunction(String name, String rate) {
            try {
                return Rate.valueOf(rate);
            } catch (IllegalArgumentException e) {
                throw CHECK.refused(
                        "rate-limit.functions." + name,
                        "can't be read: " + e.getMessage(),
                        "Correct the rate, or remove it: the function has no limit of its own then.");
            }
        }

        Rates rates() {
            Map<String, Rate> byFunction = new HashMap<>();
            functions.forEach((name, rate) -> byFunction.put(name, ofFunction(name, rate)));
            return new Rates(perPeer, perUser, byFunction, maxRefused);
        }
    }

    /**
     * What the frames of the protocol begin with; both ends must have the same.
     *
     * @param eventPrefix   What the frames of events begin with.
     * @param callPrefix    What the frames of calls begin with.
     * @param resolvePrefix What the frames of answers begin with.
     * @param rejectPrefix  What the frames of errors begin with.
     * @param cancelPrefix  What the frames of cancellations begin with; empty, or the default where it can't be told from the others: none are sent.
     */
    public record Protocol(
            @DefaultValue("e.") String eventPrefix,
            @DefaultValue("c.") String callPrefix,
            @DefaultValue("resolve.") String resolvePrefix,
            @DefaultValue("reject.") String rejectPrefix,
            @DefaultValue("cancel.") String cancelPrefix) {

        /**
         * All of them.
         *
         * @throws StartUpException if they can't be told apart
         */
        public Prefixes prefixes() {
            return CHECK.prefixes(
                    () -> Prefixes.of(eventPrefix, callPrefix, resolvePrefix, rejectPrefix, cancelPrefix));
        }
    }

    XyLimits limits() {
        return XyLimits.DEFAULT
                .withMaxMessageSize(bytes(maxMessageSize))
                .withSendBufferSize(bytes(sendBufferSize))
                .withReceiveBufferSize(bytes(receiveBufferSize))
                .withMaxConcurrentCalls(maxConcurrentCalls)
                .withMaxPendingCalls(maxPendingCalls);
    }

    XyTimeouts timeouts() {
        return XyTimeouts.DEFAULT
                .withCall(callTimeout)
                .withHeartbeatInterval(heartbeatInterval)
                .withSend(sendTimeout)
                .withEventOrder(eventOrderTimeout)
                .withMessage(messageTimeout);
    }

    /** {@link SettingCheck} has refused what is too large. */
    private static int bytes(DataSize size) {
        return (int) size.toBytes();
    }
}
