package io.xywebsocket.nodes;

import static org.awaitility.Awaitility.await;

import io.xywebsocket.client.XyClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nodes in processes of their own that are one cluster, and their clients. */
@TestInstance(Lifecycle.PER_CLASS)
abstract class WithNodes {

    /** What should take a second may take longer where other builds run; a reconnect to Redis takes its time, too. */
    static final Duration SOON = Duration.ofSeconds(60);

    final List<Node> nodes = new CopyOnWriteArrayList<>();

    @RegisterExtension
    final LogsOfFailures logs = new LogsOfFailures(() -> nodes);

    private final List<XyClient> clients = new ArrayList<>();
    private final List<AutoCloseable> servers = new ArrayList<>();

    /** Closes it behind the nodes, the last one first. */
    <T extends AutoCloseable> T closedAtTheEnd(T server) {
        servers.add(0, server);
        return server;
    }

    @AfterAll
    void stop() throws Exception {
        nodes.forEach(Node::close);
        for (AutoCloseable server : servers) {
            server.close();
        }
    }

    @AfterEach
    void disconnect() {
        clients.forEach(XyClient::close);
        clients.clear();
        awaitAgreement();
    }

    /** Every node knows the same members, this number of them. */
    void awaitMembers(int count) {
        awaitUntil(() -> {
            List<NodeApp.View> views = nodes.stream().map(Node::view).toList();
            return views.stream()
                    .allMatch(view -> view.connected()
                            && view.members().equals(views.get(0).members())
                            && view.members().size() == count);
        });
    }

    /** All nodes that live know the same members, among them the control of each. */
    void awaitAgreement() {
        await().atMost(SOON).until(() -> {
            List<NodeApp.View> views = nodes.stream().map(Node::view).toList();
            return views.stream()
                    .allMatch(view -> view.connected()
                            && view.members().equals(views.get(0).members())
                            && view.members().size() >= nodes.size());
        });
    }

    /** Connects a client, which its node has admitted then, and which all nodes that are connected know. */
    XyClient connect(Node node, String user) {
        XyClient client = node.client(user);
        clients.add(client);
        client.withTimeout(SOON).await("test.ids", user, String[].class); // runs once it is admitted
        await().atMost(SOON).until(() -> nodes.stream()
                .map(Node::view)
                .allMatch(view -> view.users().contains(user) || !view.connected()));
        return client;
    }

    /** Connects a client that comes back by itself. */
    XyClient connectToStay(int port, String user) {
        XyClient client = XyClient.builder(Node.uri(port, user)).build();
        clients.add(client);
        client.connect().orTimeout(30, TimeUnit.SECONDS).join();
        return client;
    }

    XyClient connect(int node, String user) {
        return connect(nodes.get(node), user);
    }

    static List<Integer> hear(XyClient client, String event) {
        List<Integer> heard = new CopyOnWriteArrayList<>();
        client.handlers().on(event, Integer.class, number -> heard.add(number));
        return heard;
    }

    /** Hears too many events to copy them for each one. */
    static List<Integer> hearMany(XyClient client, String event) {
        List<Integer> heard = Collections.synchronizedList(new ArrayList<>());
        client.handlers().on(event, Integer.class, number -> heard.add(number));
        return heard;
    }

    /** Sends numbered events from a node. */
    void say(int node, String audience, String event, int from, int to) {
        nodes.get(node)
                .ask("test.say", Map.of("audience", audience, "event", event, "from", from, "to", to), Void.class);
    }

    /** Returns what the only member of a user answers to a node, or the status of the error. */
    String call(int node, String user, String function) {
        return nodes.get(node).ask("test.call", Map.of("user", user, "function", function), String.class);
    }

    /** Lets a member join a group, or leave it. */
    boolean change(String function, int node, String member) {
        return nodes.get(node).ask(function, Map.of("member", member, "group", "north"), Boolean.class);
    }

    List<String> ids(int node, String user) {
        return List.of(nodes.get(node).ask("test.ids", user, String[].class));
    }

    static List<Integer> numbers(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    static long count(Node node, String kind) {
        return count(node.view(), kind);
    }

    static long count(NodeApp.View view, String kind) {
        return view.heard().stream().filter(kind::equals).count();
    }

    /** Returns how many lines of its log have a part that matches. */
    static long lines(Node node, String regex) {
        return node.log.stream().filter(Pattern.compile(regex).asPredicate()).count();
    }

    long sum(java.util.function.ToLongFunction<NodeApp.View> of) {
        return nodes.stream().map(Node::view).mapToLong(of).sum();
    }

    void awaitUntil(java.util.concurrent.Callable<@Nullable Boolean> condition) {
        await().atMost(SOON).until(condition);
    }
}
