package io.xywebsocket.spring.autoconfigure;

import io.xywebsocket.XyLimits;
import io.xywebsocket.XySlowPeerPolicy;
import io.xywebsocket.XyTimeouts;
import io.xywebsocket.protocol.Prefixes;
import io.xywebsocket.spring.limits.Rate;
import io.xywebsocket.spring.limits.Rates;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The starter's settings. Immutable.
 *
 * @param enabled            Whether there is an endpoint at all.
 * @param path               Where the endpoint is, below the context path.
 * @param scriptPath         Where the browser's client is served, below the context path. Empty for nowhere.
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
 * @param maxReceivedBytes   The same of all peers together, beyond which the peer with the largest unfinished message is closed with 1013, or calls get
 *     503. A quarter of the maximum heap unless set.
 * @param maxConcurrentCalls Calls of one peer that run at once. Further ones wait in the receive buffer, or get 429
 *     if all that run wait for that peer's answers.
 * @param maxPendingCalls    Calls to one peer that wait for their answers, beyond which further ones fail with 429.
 * @param idleTimeout        Time without calls, events and answers, either way, after which a peer is closed with 1000. None unless set.
 * @param maxSessions        Connected peers beyond which a handshake is answered 503; -1 for unlimited.
 * @param maxSessionsPerUser Connected peers of one user beyond which a handshake is answered 429; -1 for unlimited.
 * @param maxSessionsPerAddress Connected peers from one IPv4 address, or one /64 of IPv6, beyond which a handshake is answered 429; -1 for
 *     unlimited.
 * @param rateLimit          How much peers may send. Needs Bucket4j.
 * @param shutdownReturnWindow Over how long a time the peers are asked to come back when the application shuts down, 1 minute at most. 0 for not asking.
 * @param compression        Whether permessage-deflate is negotiated. Messages from 256 bytes on are then compressed, a broadcast once for all peers.
 * @param includeMessage     Whether the class and text of unexpected exceptions go to peers.
 * @param denyByDefault      Whether functions and listeners without a rule about who may use them refuse everybody. Needs Spring Security.
 * @param ticketPath         Where a POST gets a ticket for one handshake, below the context path. Empty for nowhere. Needs Spring
 *     Security.
 * @param ticketLifetime     How long a ticket may be used.
 * @param executor           The threads that run handlers.
 * @param protocol           What the frames of the protocol begin with.
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
        @DefaultValue Executor executor,
        @DefaultValue Protocol protocol) {

    /** Clients stay away no longer, whatever they are asked. */
    private static final Duration LONGEST_RETURN_WINDOW = Duration.ofMinutes(1);

    /** Refuses what can't be meant. */
    public XyWebSocketProperties {
        if (idleTimeout != null && (idleTimeout.isNegative() || idleTimeout.isZero())) {
            throw new IllegalArgumentException(
                    "Below xy.websocket: idle-timeout must be more than 0, not " + idleTimeout);
        }
        if (maxReceivedBytes != null && maxReceivedBytes.compareTo(maxMessageSize) < 0) {
            throw new IllegalArgumentException("Below xy.websocket: max-received-bytes (" + maxReceivedBytes
                    + ") must not be smaller than max-message-size (" + maxMessageSize + ")");
        }
        if (ticketLifetime.isNegative() || ticketLifetime.isZero()) {
            throw new IllegalArgumentException(
                    "Below xy.websocket: ticket-lifetime must be more than 0, not " + ticketLifetime);
        }
        if (shutdownReturnWindow.isNegative()) {
            throw new IllegalArgumentException(
                    "Below xy.websocket: shutdown-return-window must not be less than 0, but is "
                            + shutdownReturnWindow);
        }
        if (shutdownReturnWindow.compareTo(LONGEST_RETURN_WINDOW) > 0) {
            throw new IllegalArgumentException(
                    "Below xy.websocket: shutdown-return-window must not be more than 1 minute, but is "
                            + shutdownReturnWindow);
        }
    }

    /** When the class and text of unexpected exceptions go to peers. */
    public enum IncludeMessage {
        /** Never: peers get an id that is in the log too. */
        NEVER,
        /** Always: for development. */
        ALWAYS
    }

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
            if (maxThreads <= 0) {
                throw new IllegalArgumentException(
                        "Below xy.websocket.executor: max-threads must be more than 0, not " + maxThreads);
            }
        }
    }

    /**
     * How much peers may send, each as a rate: 200/1s is two hundred at once or within a second.
     *
     * @param perPeer             Frames of one connection. More calls get 429, more events are dropped. None unless set.
     * @param perUser             Frames of all connections of one user together. None unless set.
     * @param functions           Calls to single functions by their names, of each user, or of each connection where nobody has logged in.
     * @param maxRefused          Refused frames of one connection, beyond which it is closed with 1008.
     * @param handshakesPerAddress Handshakes from one IPv4 address, or one /64 of IPv6, beyond which they are answered 429. A connection that
     *     is closed because its peer breaks the protocol counts as one more. None unless set.
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
                throw new IllegalArgumentException(
                        "Below xy.websocket.rate-limit.functions: " + name + ": " + e.getMessage());
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
         * @throws IllegalArgumentException if they can't be told apart
         */
        public Prefixes prefixes() {
            return checked(() -> Prefixes.of(eventPrefix, callPrefix, resolvePrefix, rejectPrefix, cancelPrefix));
        }
    }

    XyLimits limits() {
        return checked(() -> new XyLimits(
                bytes("max-message-size", maxMessageSize),
                bytes("send-buffer-size", sendBufferSize),
                bytes("receive-buffer-size", receiveBufferSize),
                maxConcurrentCalls,
                maxPendingCalls));
    }

    XyTimeouts timeouts() {
        return checked(
                () -> new XyTimeouts(callTimeout, heartbeatInterval, sendTimeout, eventOrderTimeout, messageTimeout));
    }

    /** What is wrong is said in core's words; where it was set is ours to say. */
    private static <T> T checked(Supplier<T> settings) {
        try {
            return settings.get();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("Below xy.websocket: " + e.getMessage());
        }
    }

    private static int bytes(String name, DataSize size) {
        if (size.toBytes() > Integer.MAX_VALUE / 2) {
            throw new IllegalArgumentException(name + " must be less than 1 GB, not " + size);
        }
        return (int) size.toBytes();
    }
}
