package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.xywebsocket.XyException;
import io.xywebsocket.XyMember;
import io.xywebsocket.XyPresenceListener;
import io.xywebsocket.cluster.InMemoryBus;
import io.xywebsocket.cluster.XyClusterListener;
import io.xywebsocket.cluster.XyClusterSettings;
import io.xywebsocket.engine.ClusterTown.Client;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * Nodes of a cluster do random things while the bus loses, repeats and delays frames, and nodes are cut off and killed.
 * Once all is well again, every node knows the same members, and what each has got and lost of another's events is what
 * that one has sent. All runs on one thread in virtual time: a failure names its seed.
 */
class ClusterModelTests {

    private static final int RUNS = Integer.getInteger("xy.cluster.runs", 400);
    private static final int STEPS = 120;
    private static final String[] GROUPS = {"north", "south", "west"};
    private static final String[] USERS = {"ada", "bob"};

    @Test
    void afterEverythingIsWellAgainAllNodesAgreeAndNothingIsLostInSilence() {
        Long only = Long.getLong("xy.cluster.seed");
        for (long seed = only == null ? 0 : only; seed < (only == null ? RUNS : only + 1); seed++) {
            try (Town town = new Town(seed)) {
                try {
                    town.run();
                } catch (Throwable t) {
                    throw new AssertionError("Run again with -Dxy.cluster.seed=" + seed + "\n" + town, t);
                }
            }
        }
    }

    private static final class Node implements XyClusterListener, XyPresenceListener {
        final int number;
        final String id;
        final XyEndpoint endpoint;
        final SteppedThreads in = new SteppedThreads();
        final SteppedThreads out = new SteppedThreads();
        final List<Client> members = new ArrayList<>();
        /** Hears all events, as it is in all groups. */
        final Client watcher;

        final Map<String, Long> lost = new HashMap<>();
        /** Whether listeners were last told of a member that it has connected. */
        final Map<String, Boolean> connected = new HashMap<>();

        final List<CompletableFuture<Integer>> calls = new ArrayList<>();
        int sent;

        /** Whether it has left the cluster, and will join it again. */
        boolean away;

        /** How many events of each other node this one didn't hear when it had just started. */
        final Map<String, Long> sentBefore = new HashMap<>();

        Node(int number, InMemoryBus bus, ManualClock clock, XyClusterSettings settings) {
            this.number = number;
            this.endpoint = ClusterTown.onThisThread(clock)
                    .cluster(settings, bus.line("n" + number))
                    .clusterThreads(in, out)
                    .clusterListener(this)
                    .presenceListener(this)
                    .build();
            this.id = endpoint.directory.node;
            this.watcher = new Client(endpoint);
            members.add(watcher);
            for (String group : GROUPS) {
                endpoint.groups().join(watcher.peer, group);
            }
        }

        @Override
        public void gap(String node, long events) {
            lost.merge(node, events, Long::sum);
        }

        @Override
        public void memberConnected(XyMember member) {
            assertThat(connected.put(member.id(), true)).isNotEqualTo(true);
        }

        @Override
        public void memberGone(XyMember member, int code) {
            assertThat(connected.put(member.id(), false)).isNotEqualTo(false);
        }

        void send(String group) {
            if (group.isEmpty()) {
                endpoint.broadcaster().everybody().send("e" + number, sent++);
            } else {
                endpoint.broadcaster().toGroup(group).send("e" + number, sent++);
            }
        }

        /** The numbers of this node's events that the other one's watcher has got. */
        List<Integer> gotBy(Node other) {
            String beginning = "{\"e\":\"e.e" + number + "\",\"p\":";
            return other.watcher.wire.written().stream()
                    .filter(frame -> frame.startsWith(beginning))
                    .map(frame -> Integer.parseInt(frame.substring(beginning.length(), frame.indexOf('}'))))
                    .toList();
        }
    }

    private static final class Town implements AutoCloseable {

        private final Random random;
        private final ManualClock clock = new ManualClock();
        private final InMemoryBus bus = new InMemoryBus(clock);
        private final List<Node> nodes = new ArrayList<>();
        private final List<Node> killed = new ArrayList<>();
        private final XyClusterSettings settings;
        private boolean unreliable;

        Town(long seed) {
            random = new Random(seed);
            XyClusterSettings whole = XyClusterSettings.of("town");
            // so that some can't be had again
            settings = random.nextInt(4) == 0 ? whole.withTailSize(random.nextInt(3_000)) : whole;
            for (int i = 0; i < 3; i++) {
                nodes.add(new Node(i, bus, clock, settings));
            }
            bus.fates((to, channel, frame) -> !unreliable
                    ? InMemoryBus.Fate.DELIVER
                    : switch (random.nextInt(10)) {
                        case 0, 1 -> InMemoryBus.Fate.LOSE;
                        case 2 -> InMemoryBus.Fate.REPEAT;
                        default -> InMemoryBus.Fate.DELIVER;
                    });
        }

        void run() {
            advance(3_000);
            assertAgreement();
            for (int i = 0; i < STEPS && nodes.size() > 1; i++) {
                act(nodes.get(random.nextInt(nodes.size())));
                if (random.nextInt(3) > 0) {
                    advance(random.nextInt(400));
                }
            }
            getWell();
            assertNothingLostInSilence();
            assertEachCallHasEnded();
        }

        private void getWell() {
            unreliable = false;
            bus.delay(Duration.ZERO);
            nodes.forEach(node -> bus.heal("n" + node.number));
            nodes.stream().filter(node -> node.away).forEach(Town::leaveOrJoin);
            advance(20_000);
            assertAgreement();
        }

        private void assertEachCallHasEnded() {
            advance(10_000);
            for (Node node : nodes) {
                assertThat(node.calls).allMatch(CompletableFuture::isDone);
                node.calls.forEach(call -> call.handle((value, error) -> {
                    assertThat(value != null || error instanceof CancellationException || isExpected(error))
                            .as(String.valueOf(error))
                            .isTrue();
                    return "";
                }));
                assertThat(node.endpoint.cluster().statistics().pendingCalls()).isZero();
                assertThat(node.endpoint.cluster().statistics().servedCalls()).isZero();
            }
        }

        private static boolean isExpected(Throwable error) {
            return error instanceof XyException known && (known.status() == 503 || known.status() == 504);
        }

        private void act(Node node) {
            String name = "n" + node.number;
            switch (random.nextInt(25)) {
                case 0, 1, 2 -> node.members.add(new Client(node.endpoint));
                case 3 -> disconnect(node);
                case 4, 5 -> node.endpoint.groups().join(any(node).peer, GROUPS[random.nextInt(3)]);
                case 6 -> leaveGroup(node, GROUPS[random.nextInt(3)]);
                case 7 -> {
                    String user = USERS[random.nextInt(2)];
                    any(node).peer.identify(random.nextInt(3) == 0 ? null : () -> user);
                }
                case 8, 9, 10, 11 -> {
                    for (int i = random.nextInt(20); i >= 0; i--) {
                        node.send(random.nextInt(3) == 0 ? GROUPS[random.nextInt(3)] : "");
                    }
                }
                case 12 -> bus.cut(name, random.nextBoolean(), random.nextBoolean());
                case 13, 14 -> bus.heal(name);
                case 15 -> bus.silence(name);
                case 16 -> unreliable = !unreliable;
                case 17 -> bus.delay(Duration.ofMillis(random.nextInt(3) == 0 ? random.nextInt(300) : 0));
                case 18 -> advance(random.nextInt(8_000));
                case 19, 20 -> call(node);
                case 21, 22 -> answer(any(node));
                case 23 -> closeAny(node);
                default -> {
                    switch (random.nextInt(10)) {
                        case 0 -> kill(node);
                        case 1, 2, 3 -> leaveOrJoin(node);
                        case 4 -> restart(node);
                        default -> {}
                    }
                }
            }
        }

        private Client any(Node node) {
            return node.members.get(random.nextInt(node.members.size()));
        }

        private void disconnect(Node node) {
            Client member = any(node);
            if (member != node.watcher) {
                node.members.remove(member);
                member.receiver.onClosed(1006, "");
            }
        }

        private void leaveGroup(Node node, String group) {
            Client member = any(node);
            if (member != node.watcher) {
                node.endpoint.groups().leave(member.peer, group);
            }
        }

        private void call(Node node) {
            List<XyMember> members = node.endpoint.presence().members();
            XyMember member = members.get(random.nextInt(members.size()));
            switch (random.nextInt(4)) {
                case 0 ->
                    node.endpoint
                            .broadcaster()
                            .everybody()
                            .call("many", 1, Integer.class)
                            .all();
                case 1 ->
                    node.calls
                            .get(node.calls.isEmpty() ? add(node, member) : random.nextInt(node.calls.size()))
                            .cancel(false);
                default -> add(node, member);
            }
        }

        private int add(Node node, XyMember member) {
            node.calls.add(member.call("f", 1, Integer.class));
            return node.calls.size() - 1;
        }

        /** Answers the last call that a member has got, perhaps again. */
        private static void answer(Client member) {
            List<String> calls = member.wire.written().stream()
                    .filter(frame -> frame.startsWith("{\"e\":\"c."))
                    .toList();
            if (!calls.isEmpty()) {
                String last = calls.get(calls.size() - 1);
                String id = last.replaceAll(".*\"id\":(\"[^\"]*\").*", "$1");
                byte[] answer = ("{\"e\":\"resolve.f\",\"id\":" + id + ",\"p\":1}").getBytes(StandardCharsets.UTF_8);
                member.receiver.onText(answer, 0, answer.length);
            }
        }

        private void closeAny(Node node) {
            List<XyMember> others = node.endpoint.presence().members().stream()
                    .filter(member -> nodes.stream()
                            .noneMatch(each -> each.watcher.peer.id().equals(member.id())))
                    .toList();
            if (!others.isEmpty()) {
                XyMember closed = others.get(random.nextInt(others.size()));
                closed.close(4401, "");
            }
        }

        private static void leaveOrJoin(Node node) {
            if (node.away) {
                node.endpoint.reopen();
            } else {
                node.endpoint.leaveCluster();
            }
            node.away = !node.away;
        }

        /** A node stops, and another one takes its place. */
        private void restart(Node node) {
            node.endpoint.leaveCluster();
            advance(random.nextInt(1_000));
            node.endpoint.close();
            nodes.remove(node);
            killed.add(node);
            Node fresh = new Node(nodes.size() + killed.size(), bus, clock, settings);
            nodes.add(fresh);
            getWell();
            nodes.forEach(other -> fresh.sentBefore.put(other.id, unheard(other, fresh)));
            assertNothingLostInSilence();
        }

        private void kill(Node node) {
            bus.line("n" + node.number).close();
            nodes.remove(node);
            killed.add(node);
        }

        private void advance(int millis) {
            for (int left = millis; left > 0; left -= 50) {
                clock.advance(Duration.ofMillis(Math.min(50, left)));
                settle();
            }
            settle();
        }

        private void settle() {
            Choices choices = random::nextInt;
            boolean progress = true;
            while (progress) {
                progress = false;
                for (Node node : nodes) {
                    progress |= node.in.runOne(choices) | node.out.runOne(choices);
                }
            }
        }

        private void assertAgreement() {
            nodes.forEach(node -> node.members.removeIf(member -> !member.peer.isOpen()));
            Map<String, String> members = new TreeMap<>();
            for (Node node : nodes) {
                node.members.forEach(member -> members.put(member.peer.id(), describe(member.peer)));
            }
            for (Node node : nodes) {
                Map<String, String> known = new TreeMap<>();
                node.endpoint.presence().members().forEach(member -> known.put(member.id(), describe(member)));
                assertThat(known).as("members known at %s", node.number).isEqualTo(members);
                for (String group : GROUPS) {
                    assertThat(node.endpoint.presence().inGroup(group))
                            .extracting(XyMember::id)
                            .containsExactlyInAnyOrderElementsOf(
                                    ids(member -> member.groups().contains(group)));
                }
                for (String user : USERS) {
                    assertThat(node.endpoint.presence().ofUser(user))
                            .extracting(XyMember::id)
                            .containsExactlyInAnyOrderElementsOf(ids(member -> user.equals(member.user())));
                    assertThat(node.endpoint.presence().isOnline(user))
                            .isEqualTo(
                                    !ids(member -> user.equals(member.user())).isEmpty());
                }
            }
        }

        private List<String> ids(java.util.function.Predicate<XyMember> wanted) {
            return nodes.stream()
                    .flatMap(node -> node.members.stream())
                    .map(member -> member.peer)
                    .filter(wanted)
                    .map(ConnectionPeer::id)
                    .toList();
        }

        private static String describe(XyMember member) {
            return member.node() + " " + member.user() + " " + new java.util.TreeSet<>(member.groups()) + " "
                    + member.since();
        }

        private void assertNothingLostInSilence() {
            for (Node sender : nodes) {
                for (Node receiver : nodes) {
                    assertThat(sender.gotBy(receiver))
                            .as("events of %s at %s", sender.number, receiver.number)
                            .isSorted()
                            .doesNotHaveDuplicates();
                    assertThat(unheard(sender, receiver))
                            .as("events of %s that %s has neither got nor lost", sender.number, receiver.number)
                            .isEqualTo(receiver.sentBefore.getOrDefault(sender.id, 0L));
                }
            }
        }

        private static long unheard(Node sender, Node receiver) {
            return sender.sent - sender.gotBy(receiver).size() - receiver.lost.getOrDefault(sender.id, 0L);
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder();
            nodes.forEach(node -> text.append(node.endpoint.cluster()).append('\n'));
            return text.toString();
        }

        @Override
        public void close() {
            nodes.forEach(node -> node.endpoint.close());
            killed.forEach(node -> node.endpoint.close());
        }
    }
}
