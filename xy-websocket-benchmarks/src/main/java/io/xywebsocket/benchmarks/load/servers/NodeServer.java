package io.xywebsocket.benchmarks.load.servers;

import io.xywebsocket.XyMember;
import io.xywebsocket.XyPeer;
import io.xywebsocket.engine.XyEndpoint;
import io.xywebsocket.spring.XyConnectedEvent;
import io.xywebsocket.transport.Transport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

/** A node of a cluster, or the same without a cluster, with what only the cluster run asks for. */
final class NodeServer extends EngineServer {

    /** The group that everybody is in. */
    private static final String HALL = "hall";

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        @Bean
        EngineFunctions functions() {
            return new EngineFunctions();
        }

        @Bean
        Greeter greeter(XyEndpoint endpoint) {
            return new Greeter(endpoint);
        }
    }

    record Greeter(XyEndpoint endpoint) {
        @EventListener
        void connected(XyConnectedEvent event) {
            endpoint.groups().join(event.peer(), HALL);
        }
    }

    private final XyEndpoint endpoint;
    private final int port;
    private final Map<String, List<XyPeer>> joined = new HashMap<>();
    private final List<Transport.Receiver> silentPeers = new ArrayList<>();

    private NodeServer(ConfigurableApplicationContext application, XyEndpoint endpoint) {
        super(endpoint.broadcaster(), endpoint.peers(), application.getBean(EngineFunctions.class));
        this.endpoint = endpoint;
        this.port = SpringServers.port(application);
    }

    static NodeServer start(String... properties) {
        ConfigurableApplicationContext application = SpringServers.run(Application.class, properties);
        return new NodeServer(application, application.getBean(XyEndpoint.class));
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public String other(String... words) {
        return switch (words[0]) {
            case "members" -> Integer.toString(endpoint.presence().size());
            case "hall" -> Integer.toString(endpoint.presence().inGroup(HALL).size());
            case "lost" -> Long.toString(lost());
            case "join" -> join(words[1], number(words[2]));
            case "group" -> sendToGroup(words[1], number(words[2]), number(words[3]), number(words[4]));
            case "each" -> sendToEach(words[1], number(words[2]), number(words[3]), number(words[4]));
            case "calls" ->
                calls(words[1].equals("remote"), number(words[2]), number(words[3]), Double.parseDouble(words[4]));
            case "ask" -> Long.toString(ask(words[1].equals("audience"), number(words[2])));
            case "pace" -> Long.toString(pace(words[1], number(words[2]), Double.parseDouble(words[3])));
            case "open" -> open(number(words[1]));
            default -> super.other(words);
        };
    }

    private static int number(String word) {
        return Integer.parseInt(word);
    }

    /** Events that this node has missed, or has not published. */
    private long lost() {
        return endpoint.clusterStatistics()
                .map(statistics -> statistics.lostEvents() + statistics.droppedEvents())
                .orElse(0L);
    }

    /** Puts so many of this node's peers into a group. */
    private String join(String group, int count) {
        List<XyPeer> some = endpoint.peers().stream().limit(count).toList();
        some.forEach(peer -> endpoint.groups().join(peer, group));
        joined.put(group, some);
        return "done";
    }

    private String sendToGroup(String group, int times, int firstId, int noteLength) {
        for (int i = 0; i < times; i++) {
            endpoint.broadcaster().toGroup(group).send("changed", Item.of(firstId + i, noteLength));
        }
        return "done";
    }

    /** What an application without groups does. */
    private String sendToEach(String group, int times, int firstId, int noteLength) {
        List<XyPeer> peers = joined.getOrDefault(group, List.of());
        for (int i = 0; i < times; i++) {
            Item item = Item.of(firstId + i, noteLength);
            peers.forEach(peer -> peer.send("changed", item));
        }
        return "done";
    }

    /** Calls members again and again, and returns how often, and the 50th, 99th and 99.9th percentile in ns. */
    private String calls(boolean remote, int members, int noteLength, double seconds) {
        Item item = Item.of(10, noteLength);
        Histogram latencies = new ConcurrentHistogram(60_000_000_000L, 3);
        long end = System.nanoTime() + (long) (seconds * 1e9);
        CompletableFuture.allOf(endpoint.presence().members().stream()
                        .filter(member -> member instanceof XyPeer != remote)
                        .limit(members)
                        .map(member -> callUntil(end, member, item, latencies))
                        .toArray(CompletableFuture[]::new))
                .join();
        return latencies.getTotalCount() + " " + latencies.getValueAtPercentile(50) + " "
                + latencies.getValueAtPercentile(99) + " " + latencies.getValueAtPercentile(99.9);
    }

    private static CompletableFuture<Void> callUntil(long end, XyMember member, Item item, Histogram latencies) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        callUntil(end, member, item, latencies, done);
        return done;
    }

    private static void callUntil(
            long end, XyMember member, Item item, Histogram latencies, CompletableFuture<Void> done) {
        long start = System.nanoTime();
        member.call("echo", item, Item.class).whenComplete((answer, error) -> {
            long now = System.nanoTime();
            latencies.recordValue(now - start);
            if (error != null || !item.equals(answer)) {
                done.completeExceptionally(error == null ? new IllegalStateException("wrong answer") : error);
            } else if (now < end) {
                callUntil(end, member, item, latencies, done);
            } else {
                done.complete(null);
            }
        });
    }

    /** Calls everybody once, as an audience or in a loop over the peers; returns how many have answered rightly. */
    private long ask(boolean audience, int noteLength) {
        Item item = Item.of(10, noteLength);
        if (audience) {
            return endpoint.broadcaster().everybody().call("echo", item, Item.class).await().stream()
                    .filter(outcome -> outcome.isValue() && item.equals(outcome.value()))
                    .count();
        }
        List<CompletableFuture<Item>> answers = new ArrayList<>();
        endpoint.peers().forEach(peer -> answers.add(peer.call("echo", item, Item.class)));
        return answers.stream().filter(answer -> item.equals(answer.join())).count();
    }

    /** Sends events to a group at a rate, a few each millisecond; returns how many. */
    private long pace(String group, int perSecond, double seconds) {
        Item item = Item.of(1000, 10);
        long start = System.nanoTime();
        long total = (long) (perSecond * seconds);
        for (long sent = 0; sent < total; ) {
            long due = Math.min(total, (long) ((System.nanoTime() - start) / 1e9 * perSecond));
            for (; sent < due; sent++) {
                endpoint.broadcaster().toGroup(group).send("changed", item);
            }
            LockSupport.parkNanos(1_000_000);
        }
        return total;
    }

    /** Connects so many peers without sockets, each with a user of its own. */
    private String open(int count) {
        for (int i = 0; i < count; i++) {
            int number = silentPeers.size();
            silentPeers.add(SilentPeers.open(endpoint, number, "user-" + port + "-" + number));
        }
        return "done";
    }
}
