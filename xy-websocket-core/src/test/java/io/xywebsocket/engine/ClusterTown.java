package io.xywebsocket.engine;

import io.xywebsocket.XyHandshake;
import io.xywebsocket.XyMember;
import io.xywebsocket.XyTimeouts;
import io.xywebsocket.cluster.InMemoryBus;
import io.xywebsocket.cluster.XyBus;
import io.xywebsocket.cluster.XyClusterSettings;
import io.xywebsocket.concurrent.Writers;
import io.xywebsocket.transport.Transport;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Nodes of a cluster on the test's own thread, in virtual time, and a stranger on their bus who publishes what it likes.
 * Not thread-safe.
 */
final class ClusterTown implements AutoCloseable {

    /** A peer whose far end is the test. */
    static final class Client {
        final RecordingTransport wire = new RecordingTransport();
        final Transport.Receiver receiver;
        final ConnectionPeer peer;

        Client(XyEndpoint endpoint) {
            receiver =
                    endpoint.open(wire, XyHandshake.builder(URI.create("/ws")).build(), Map.of());
            peer = ((Connection) receiver).peer;
        }

        String id() {
            return peer.id();
        }

        /** Answers a call that the test has seen in {@link #got}. */
        void answer(String call, String payload) {
            end(call, "resolve", payload);
        }

        void reject(String call, String message) {
            end(call, "reject", "{\"ok\":false,\"status\":409,\"message\":\"" + message + "\"}");
        }

        private void end(String call, String how, String payload) {
            String function = call.substring(call.indexOf("c.") + 2, call.indexOf('"', call.indexOf("c.")));
            String id = call.replaceAll(".*\"id\":(\"[^\"]*\").*", "$1");
            text(peer.connection, "{\"e\":\"" + how + "." + function + "\",\"id\":" + id + ",\"p\":" + payload + "}");
        }

        private static void text(Connection connection, String text) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            connection.onText(utf8, 0, utf8.length);
        }

        void vanish() {
            receiver.onClosed(1006, "");
        }

        /** The frames that it has got which contain a text. */
        List<String> got(String part) {
            return wire.written().stream().filter(frame -> frame.contains(part)).toList();
        }
    }

    /** A node, and what its listeners have been told. */
    static final class Node {
        final String line;
        final XyEndpoint endpoint;
        final String id;
        final SteppedThreads in = new SteppedThreads();
        final SteppedThreads out = new SteppedThreads();
        private final ClusterNotices notices = new ClusterNotices();
        final List<String> heard = notices.heard;
        final Map<String, Integer> goneWith = notices.goneWith;

        /** Whether its thread for what others publish handles nothing. */
        boolean standsStill;

        Node(ClusterTown town, String line, UnaryOperator<XyEndpointBuilder> settings) {
            this.line = line;
            XyEndpointBuilder builder = onThisThread(town.clock)
                    .cluster(town.settings, town.bus.line(line))
                    .clusterThreads(in, out)
                    .clusterListener(notices)
                    .presenceListener(notices);
            this.endpoint = settings.apply(builder).build();
            this.id = endpoint.directory.node;
        }

        Client connect() {
            return new Client(endpoint);
        }

        ClusterNode cluster() {
            return java.util.Objects.requireNonNull(endpoint.cluster());
        }

        XyMember member(Client client) {
            return endpoint.presence().find(client.id()).orElseThrow();
        }

        boolean knows(Client client) {
            return endpoint.presence().find(client.id()).isPresent();
        }
    }

    final ManualClock clock = new ManualClock();
    final InMemoryBus bus = new InMemoryBus(clock);
    final List<Node> nodes = new ArrayList<>();
    final XyClusterSettings settings;

    /** All frames that were published, as they pass the stranger. */
    final List<String> frames = new ArrayList<>();

    private final XyBus stranger = bus.line("stranger");

    ClusterTown(XyClusterSettings settings) {
        this.settings = settings;
        stranger.open(
                Set.of("xy:{" + settings.name() + "}:all"),
                (channel, frame) -> frames.add(new String(frame, StandardCharsets.UTF_8)));
    }

    ClusterTown() {
        this(XyClusterSettings.of("town"));
    }

    /** Returns the settings of an endpoint that runs everything on the thread that causes it. */
    static XyEndpointBuilder onThisThread(ManualClock clock) {
        XyEndpointBuilder builder = XyEndpoint.builder()
                .clock(clock)
                .executor(Runnable::run)
                .timeouts(XyTimeouts.DEFAULT.withHeartbeatInterval(Duration.ofDays(1)));
        builder.writers = new Writers(Runnable::run);
        return builder;
    }

    /** Starts a node, which the others find within two seconds. */
    Node start(String line) {
        return start(line, settings -> settings);
    }

    Node start(String line, UnaryOperator<XyEndpointBuilder> settings) {
        Node node = new Node(this, line, settings);
        nodes.add(node);
        advance(3_000);
        return node;
    }

    void advance(int millis) {
        for (int left = millis; left > 0; left -= 50) {
            clock.advance(Duration.ofMillis(Math.min(50, left)));
            settle();
        }
        settle();
    }

    /** Lets what is on its way arrive. */
    void settle() {
        boolean progress = true;
        while (progress) {
            progress = false;
            for (Node node : nodes) {
                progress |= (!node.standsStill && node.in.runOne(count -> 0)) | node.out.runOne(count -> 0);
            }
        }
    }

    /** Publishes a frame that the test has written, to all nodes or to one. */
    void publish(Node to, String frame) {
        publish(to, frame.getBytes(StandardCharsets.UTF_8));
    }

    void publish(Node to, byte[] frame) {
        try {
            stranger.publish("xy:{" + settings.name() + "}:n:" + to.id, frame);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        settle();
    }

    void publishToAll(byte[] frame) {
        try {
            stranger.publish("xy:{" + settings.name() + "}:all", frame);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        settle();
    }

    void publishToAll(String frame) {
        publishToAll(frame.getBytes(StandardCharsets.UTF_8));
    }

    /** The header of a frame of a node that is not one of these, and its messages. */
    static String frame(String from, long number, String... messages) {
        return "{\"xy\":1,\"from\":\"" + from + "\",\"app\":\"\",\"seq\":" + number + ",\"ev\":0,\"n\":0}\n"
                + String.join("\n", messages);
    }

    @Override
    public void close() {
        nodes.forEach(node -> node.endpoint.close());
        settle();
    }
}
