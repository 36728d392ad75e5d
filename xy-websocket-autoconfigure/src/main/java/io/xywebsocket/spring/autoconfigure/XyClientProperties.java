package io.xywebsocket.spring.autoconfigure;

import io.xywebsocket.XySlowPeerPolicy;
import io.xywebsocket.protocol.Prefixes;
import io.xywebsocket.spring.startup.StartUpException;
import io.xywebsocket.untrusted.LogText;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The application's clients. Immutable.
 *
 * @param client  The one that has no name.
 * @param clients Further clients by their names, each with the settings that xy.websocket.client has.
 * @since 0.1
 */
@ConfigurationProperties("xy.websocket")
public record XyClientProperties(@Nullable Client client, @DefaultValue Map<String, Client> clients) {

    /** What stands for the name of the one that has none. */
    static final String UNNAMED = "";

    /**
     * A client.
     *
     * @param url               The server's address, beginning with ws:// or wss://; the only setting that a client must have.
     * @param callTimeout       How long a call to the server waits for its answer.
     * @param connectTimeout    How long one try to connect may take.
     * @param heartbeatInterval Time between pings; a server of which nothing came since the last one is given up.
     * @param backoff           The pauses between tries to connect.
     * @param maxTries          After how many failed tries in a row the client gives up; -1 for never.
     * @param waitForConnection Whether a call made while not connected waits, within its timeout, for the connection.
     * @param slowPeers         What is dropped when the send buffer for the server is full: the connection, or events to it.
     * @param headers           Sent with each handshake.
     * @param token             Sent with each handshake as a bearer token in the header Authorization.
     * @param subProtocols      The WebSocket sub-protocols that are offered.
     * @param ssl               How the server is trusted, for {@code wss://}.
     * @param protocol          What the frames of the protocol begin with.
     */
    public record Client(
            @Nullable URI url,
            @DefaultValue("5s") Duration callTimeout,
            @DefaultValue("10s") Duration connectTimeout,
            @DefaultValue("30s") Duration heartbeatInterval,
            @DefaultValue Backoff backoff,
            @DefaultValue("-1") int maxTries,
            @DefaultValue("false") boolean waitForConnection,
            @DefaultValue("drop-peer") XySlowPeerPolicy slowPeers,
            @DefaultValue Map<String, String> headers,
            @Nullable String token,
            @DefaultValue("xy") List<String> subProtocols,
            @DefaultValue Ssl ssl,
            @DefaultValue Protocol protocol) {

        /** Without what may be secret: the headers, the token, and of the address its user and query. */
        @Override
        public String toString() {
            return "Client[url=" + (url == null ? "" : LogText.address(url)) + "]";
        }
    }

    /**
     * The pauses between tries to connect: random, up to a ceiling that doubles from try to try.
     *
     * @param min The ceiling of the first pause; the ceiling doubles from try to try.
     * @param max The ceiling of all later pauses.
     */
    public record Backoff(@DefaultValue("100ms") Duration min, @DefaultValue("10s") Duration max) {}

    /**
     * How the server is trusted.
     *
     * @param bundle The name of an SSL bundle in spring.ssl.bundle; the JDK's own trust if none is named.
     */
    public record Ssl(@Nullable String bundle) {}

    /**
     * What the frames of the protocol begin with; both ends must have the same.
     *
     * @param eventPrefix   What events begin with, as the server has it.
     * @param callPrefix    What calls begin with, as the server has it.
     * @param resolvePrefix What answers begin with, as the server has it.
     * @param rejectPrefix  What errors begin with, as the server has it.
     * @param cancelPrefix  What cancellations begin with, as the server has it; empty, or the default where it can't be told from the others: none are sent.
     */
    public record Protocol(
            @DefaultValue("e.") String eventPrefix,
            @DefaultValue("c.") String callPrefix,
            @DefaultValue("resolve.") String resolvePrefix,
            @DefaultValue("reject.") String rejectPrefix,
            @DefaultValue("cancel.") String cancelPrefix) {

        /**
         * Returns all of them.
         *
         * @throws IllegalArgumentException if they can't be told apart; the start-up then fails with a {@link
         *     StartUpException} that names the properties
         */
        public Prefixes prefixes() {
            return Prefixes.of(eventPrefix, callPrefix, resolvePrefix, rejectPrefix, cancelPrefix);
        }
    }

    /** All clients by their names, the one without a name included. */
    Map<String, Client> all() {
        Map<String, Client> all = new TreeMap<>(clients);
        if (client != null) {
            all.put(UNNAMED, client);
        }
        return all;
    }

    /** Where a client's settings are. */
    static String prefix(String name) {
        return name.equals(UNNAMED) ? "xy.websocket.client" : "xy.websocket.clients." + name;
    }
}
