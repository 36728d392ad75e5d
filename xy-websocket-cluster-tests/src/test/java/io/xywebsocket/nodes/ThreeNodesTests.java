package io.xywebsocket.nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyCancellableFuture;
import io.xywebsocket.XyException;
import io.xywebsocket.client.XyClient;
import io.xywebsocket.transport.Line;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/**
 * Three nodes in three processes, and a real Redis with the user that the documents name, which is restarted, held up
 * and cut.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(120)
class ThreeNodesTests extends WithLines {

    /** An age at which events are dropped; {@code cluster.outage} is 5 s. */
    private static final Duration TOO_OLD = Duration.ofMillis(5500);

    private static final String CUT_OFF = "WARN .* ClusterNode: Cut off from the cluster";
    private static final String CONNECTED = "INFO .* ClusterNode: Connected to the cluster";

    @BeforeAll
    @Timeout(180) // processes that start take long on a busy machine
    void start() throws Exception {
        startRedis();
        String sendBuffer = "xy.websocket.send-buffer-size=64MB"; // for what comes at once, as after a pause
        nodes.add(startNode("a", sendBuffer, "xy.websocket.cluster.tail-size=512KB"));
        nodes.add(startNode("b", sendBuffer, "xy.websocket.cluster.inbox-size=4MB"));
        nodes.add(startNode("c", sendBuffer, "xy.websocket.cluster.publish-buffer-size=32KB"));
        nodes.forEach(Node::awaitReady);
        awaitAgreement();
    }

    @Test
    @Order(1)
    void eventsReachMembersOfAllNodesInOrder() {
        List<List<Integer>> heard = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            XyClient client = connect(i, "user" + i);
            heard.add(hear(client, "n"));
            heard.add(hear(client, "g"));
        }
        say(0, "everybody", "n", 0, 2000);
        say(1, "all", "g", 0, 2000);
        for (List<Integer> each : heard) {
            await().atMost(SOON).until(() -> each.size() >= 2000);
            assertThat(each).isEqualTo(numbers(2000));
        }
    }

    @Test
    @Order(2)
    void membersOfOtherNodesAreCalledAndDisconnected() {
        XyClient ada = connect(1, "ada");
        ada.handlers().register("name", String.class, (String user) -> "I am " + user);
        assertThat(call(0, "ada", "name")).isEqualTo("I am ada");
        assertThat(call(0, "ada", "none")).isEqualTo("404");
        connect(2, "bob").handlers().register("name", String.class, (String group) -> "I am in " + group);
        Map<?, ?> outcomes = nodes.get(0).ask("test.callMany", Map.of("group", "all", "function", "name"), Map.class);
        assertThat(outcomes.get("ok")).isEqualTo(2);
        assertThat(outcomes.get("404")).isEqualTo(3); // the controls

        assertThat(nodes.get(2).ask("test.disable", "ada", Integer.class)).isEqualTo(1);
        await().atMost(SOON).until(() -> ada.state() != XyClient.State.CONNECTED);
        await().atMost(SOON).until(() -> call(2, "ada", "name").equals("no member"));
    }

    @Test
    @Order(3)
    void eventsToAUserReachItsConnectionsAtAllNodes() {
        List<List<Integer>> ada = List.of(hear(connect(1, "ada"), "u"), hear(connect(2, "ada"), "u"));
        List<Integer> bob = hear(connect(1, "bob"), "u");
        say(0, "user:ada", "u", 0, 500);
        say(0, "everybody", "u", 500, 501);
        for (List<Integer> each : ada) {
            awaitUntil(() -> each.contains(500));
            assertThat(each).isEqualTo(numbers(501));
        }
        awaitUntil(() -> bob.contains(500));
        assertThat(bob).containsExactly(500);
    }

    @Test
    @Order(4)
    void whoIsExceptedAtAnotherNodeHearsNothing() {
        List<List<Integer>> others = List.of(hear(connect(1, "ada"), "x"), hear(connect(2, "cid"), "x"));
        List<Integer> bob = hear(connect(1, "bob"), "x");
        nodes.get(0)
                .ask(
                        "test.sayExcept",
                        Map.of("audience", "all", "user", "bob", "event", "x", "from", 0, "to", 100),
                        Void.class);
        say(0, "all", "x", 100, 101);
        for (List<Integer> each : others) {
            awaitUntil(() -> each.contains(100));
            assertThat(each).isEqualTo(numbers(101));
        }
        awaitUntil(() -> bob.contains(100));
        assertThat(bob).containsExactly(100);
    }

    @Test
    @Order(5)
    void membersOfOtherNodesJoinAndLeaveGroupsByTheirIds() {
        List<Integer> ada = hear(connect(1, "ada"), "j");
        String id = ids(0, "ada").get(0);
        assertThat(change("test.join", 0, id)).isTrue();
        assertThat(change("test.join", 2, id)).isFalse();
        say(2, "north", "j", 0, 100);
        awaitUntil(() -> ada.contains(99));
        nodes.forEach(node -> awaitUntil(() -> inGroup(node, "north").equals(List.of("ada"))));

        assertThat(change("test.leave", 0, id)).isTrue();
        say(2, "north", "j", 100, 200);
        say(2, "everybody", "j", 200, 201);
        awaitUntil(() -> ada.contains(200));
        assertThat(ada).hasSize(101).startsWith(0, 1, 2).endsWith(98, 99, 200);
        nodes.forEach(node -> awaitUntil(() -> inGroup(node, "north").isEmpty()));
        assertThatThrownBy(() -> change("test.join", 0, "unknown"))
                .isInstanceOfSatisfying(
                        XyException.class, e -> assertThat(e.status()).isEqualTo(503));
    }

    private static List<String> inGroup(Node node, String group) {
        return List.of(node.ask("test.inGroup", group, String[].class));
    }

    @Test
    @Order(6)
    void theFirstAnswersCancelTheOtherCallsAtAllNodes() {
        List<CompletableFuture<String>> undecided = new CopyOnWriteArrayList<>();
        Semaphore asked = new Semaphore(0);
        connect(2, "bob").handlers().register("vote", String.class, (String group) -> {
            CompletableFuture<String> vote = new XyCancellableFuture<>();
            undecided.add(vote);
            asked.release();
            return vote;
        });
        connect(1, "ada").handlers().register("vote", String.class, (String group) -> {
            asked.acquire(); // once bob's call runs
            return "yes";
        });
        connect(2, "cid").handlers().register("vote", String.class, (String group) -> "no");
        for (String user : List.of("ada", "bob")) {
            assertThat(change("test.join", 0, ids(0, user).get(0))).isTrue();
        }
        awaitUntil(() -> inGroup(nodes.get(0), "north").equals(List.of("ada", "bob")));
        assertThat(nodes.get(0).ask("test.first", Map.of("group", "north", "function", "vote"), Map.class))
                .isEqualTo(Map.of("ada", "yes", "bob", "499"));

        assertThat(change("test.join", 0, ids(0, "cid").get(0))).isTrue();
        awaitUntil(() -> inGroup(nodes.get(0), "north").equals(List.of("ada", "bob", "cid")));
        assertThat(nodes.get(0)
                        .ask("test.quorum", Map.of("group", "north", "function", "vote", "values", 2), Map.class))
                .isEqualTo(Map.of("ada", "yes", "bob", "499", "cid", "no"));
        await().atMost(Duration.ofSeconds(15)) // their deadline is after 20 s
                .until(() -> undecided.stream().allMatch(CompletableFuture::isCancelled));
        assertThat(undecided).hasSize(2);
    }

    @Test
    @Order(7)
    void theLatestEventReplacesThoseThatWaitForRedis() throws Exception {
        List<List<Integer>> heard = List.of(hear(connect(1, "ada"), "l"), hear(connect(2, "bob"), "l"));
        long lost = sum(NodeApp.View::lost);
        redis.pause();
        nodes.get(0).ask("test.sayLatest", Map.of("audience", "all", "event", "l", "from", 0, "to", 1000), Void.class);
        assertThat(nodes.get(0).view().queued()).isLessThan(10_000); // all of them would have 50,000 bytes
        redis.resume();
        for (List<Integer> each : heard) {
            awaitUntil(() -> each.contains(999));
            assertThat(each).hasSizeLessThan(1000).isSorted().doesNotHaveDuplicates();
        }
        assertThat(sum(NodeApp.View::lost)).isEqualTo(lost);
    }

    @Test
    @Order(8)
    void nothingIsStoredInRedisAndClearingItChangesNothing() throws Exception {
        assertThat(redis.command("KEYS", "*")).startsWith("*0");
        assertThat(redis.command("FLUSHALL")).startsWith("+OK");
        awaitAgreement();
    }

    @Test
    @Order(9)
    void nothingIsLostWhileRedisRestarts() throws Exception {
        List<Integer> here = hear(connect(0, "here"), "r");
        List<Integer> there = hear(connect(1, "there"), "r");
        long lost = nodes.stream().mapToLong(node -> node.view().lost()).sum();
        Thread killer = new Thread(() -> {
            redis.kill();
            try {
                Thread.sleep(1500);
                redis.start();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        for (int i = 0; i < 4000; i += 10) {
            if (i == 1000) {
                killer.start();
            }
            say(0, "everybody", "r", i, i + 10);
            Thread.sleep(10); // a thousand a second
        }
        killer.join();
        await().atMost(SOON).until(() -> here.size() == 4000 && there.size() == 4000);
        assertThat(here).isEqualTo(numbers(4000));
        assertThat(there).isEqualTo(numbers(4000));
        assertThat(nodes.stream().mapToLong(node -> node.view().lost()).sum()).isEqualTo(lost);
    }

    @Test
    @Order(10)
    void aRedisThatStandsStillForTwoSecondsCostsNobodyAnything() throws Exception {
        List<Integer> there = hear(connect(1, "there"), "p");
        long lost = nodes.stream().mapToLong(node -> count(node, "LOST")).sum();
        redis.pause();
        say(0, "everybody", "p", 0, 500);
        Thread.sleep(2000);
        redis.resume();
        await().atMost(SOON).until(() -> there.size() == 500);
        assertThat(there).isEqualTo(numbers(500));
        assertThat(nodes.stream().mapToLong(node -> count(node, "LOST")).sum()).isEqualTo(lost);
    }

    @Test
    @Order(11)
    void whatASubscriptionMissesIsRepaired() throws Exception {
        List<Integer> there = hear(connect(1, "there"), "k");
        for (int i = 0; i < 2000; i += 10) {
            if (i == 500) {
                redis.command("CLIENT", "KILL", "TYPE", "pubsub");
            }
            say(0, "everybody", "k", i, i + 10);
            Thread.sleep(5);
        }
        await().atMost(SOON).until(() -> there.size() == 2000);
        assertThat(there).isEqualTo(numbers(2000));
    }

    @Test
    @Order(12)
    void aNodeThatPausesIsLostAndComesBack() throws Exception {
        XyClient client = connect(2, "paused");
        List<Integer> here = hear(connect(0, "here"), "z");
        List<Integer> there = hear(client, "z");
        awaitMembers(5);
        List<NodeApp.View> before = nodes.stream().map(Node::view).toList();
        nodes.get(2).pause();
        for (int i = 0; i < 2; i++) {
            Node other = nodes.get(i);
            long lost = count(before.get(i), "LOST");
            awaitUntil(() -> count(other, "LOST") == lost + 1);
        }
        assertThat(call(0, "paused", "name")).isEqualTo("no member");
        nodes.get(2).resume();
        awaitMembers(5);
        assertThat(client.state()).isEqualTo(XyClient.State.CONNECTED);

        awaitUntil(() -> isWellAgain(nodes.get(2).view(), before.get(2)));
        say(2, "everybody", "z", 0, 100);
        say(0, "everybody", "z", 100, 200);
        for (List<Integer> heard : List.of(here, there)) {
            awaitUntil(() -> heard.size() >= 200);
            assertThat(heard).containsExactlyInAnyOrderElementsOf(numbers(200));
        }
        for (int i = 0; i < 2; i++) {
            assertThat(count(nodes.get(i), "LOST")).isEqualTo(count(before.get(i), "LOST") + 1);
            assertThat(count(nodes.get(i), "JOINED")).isEqualTo(count(before.get(i), "JOINED") + 1);
        }
    }

    /** A node that has paused hears itself, and has reported no other as lost that it hasn't reported as back. */
    private static boolean isWellAgain(NodeApp.View now, NodeApp.View before) {
        List<String> connection = now.heard().stream()
                .filter(kind -> kind.equals("CUT_OFF") || kind.equals("CONNECTED"))
                .toList();
        return now.connected()
                && now.sinceEcho() < 2000 // it paused for longer
                && connection.get(connection.size() - 1).equals("CONNECTED")
                && count(now, "LOST") - count(before, "LOST") == count(now, "JOINED") - count(before, "JOINED");
    }

    @Test
    @Order(13)
    void theDocumentedUserOfRedisIsAllThatIsNeeded() throws Exception {
        assertThat(nodes.get(0).get("/actuator/health").body()).contains("\"redis\":{\"status\":\"UP\"");
        assertThat(redis.command("ACL", "LOG")).startsWith("*0");
    }

    @Test
    @Order(14)
    void aSubscriptionThatDiesSilentlyIsRenewed() {
        List<Integer> there = hear(connect(1, "there"), "s");
        long connected = count(nodes.get(1), "CONNECTED");
        line(1).forget(true);
        say(0, "everybody", "s", 0, 100);
        awaitUntil(() -> count(nodes.get(1), "CONNECTED") > connected);
        say(0, "everybody", "s", 100, 200);
        awaitUntil(() -> there.size() == 200);
        assertThat(there).isEqualTo(numbers(200));
    }

    @Test
    @Order(15)
    void aConnectionThatDiesSilentlyIsReplaced() {
        List<Integer> here = hear(connect(0, "here"), "d");
        long connected = count(nodes.get(1), "CONNECTED");
        line(1).forget(false);
        await().atMost(Duration.ofSeconds(40)) // the driver's timeout is a minute
                .until(() -> count(nodes.get(1), "CONNECTED") > connected);
        say(1, "everybody", "d", 0, 100);
        awaitUntil(() -> here.size() == 100);
        assertThat(here).isEqualTo(numbers(100));
    }

    @Test
    @Order(16)
    void nodesThatArePartitionedGoOnAloneAndComeBack() {
        for (int i = 0; i < 3; i++) {
            connect(i, "user" + i).handlers().register("name", String.class, (String user) -> user);
        }
        List<Integer> alone = hear(connect(0, "alone"), "p");
        List<Long> lost = nodes.stream().map(node -> count(node, "LOST")).toList();
        line(0).cut(true, true);
        line(1).cut(false, true); // what it says is heard until it waits for an answer
        awaitUntil(() -> count(nodes.get(2), "LOST") == lost.get(2) + 2);
        awaitUntil(
                () -> !nodes.get(0).view().connected() && !nodes.get(1).view().connected());
        assertThat(nodes.get(2).view().users()).contains("user2").doesNotContain("user0", "user1");
        assertThat(nodes.get(0).view().users()).contains("user0", "user1", "user2");
        assertThat(call(0, "user1", "name")).isEqualTo("503");
        assertThat(call(0, "user0", "name")).isEqualTo("user0");
        assertThat(call(2, "user2", "name")).isEqualTo("user2");
        say(0, "everybody", "p", 0, 10);
        awaitUntil(() -> alone.equals(numbers(10)));

        line(0).heal();
        line(1).heal();
        awaitAgreement();
        awaitUntil(() -> call(0, "user1", "name").equals("user1"));
        awaitUntil(() -> call(2, "user0", "name").equals("user0"));
    }

    @Test
    @Order(17)
    void whileRedisIsAwayForLongEachNodeServesItsOwn() throws Exception {
        for (int i = 0; i < 3; i++) {
            connect(i, "user" + i).handlers().register("name", String.class, (String user) -> user);
        }
        List<Integer> here = hear(connect(0, "here"), "w");
        List<Integer> there = hear(connect(1, "there"), "w");
        List<Long> warnings = nodes.stream().map(node -> lines(node, CUT_OFF)).toList();
        List<Long> notes = nodes.stream().map(node -> lines(node, CONNECTED)).toList();
        long dropped = nodes.get(0).view().dropped();
        long lost = nodes.get(1).view().lost();
        redis.kill();
        long said = System.nanoTime();
        say(0, "everybody", "w", 0, 100);
        awaitUntil(() -> here.equals(numbers(100)));
        awaitUntil(() -> nodes.stream().noneMatch(node -> node.view().connected()));
        long begun = System.nanoTime();
        assertThat(call(0, "user1", "name")).isEqualTo("503");
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(2));
        assertThat(call(0, "user0", "name")).isEqualTo("user0");
        assertThat(nodes.get(0).view().users()).contains("user0", "user1", "user2");
        connect(0, "late");
        await().atMost(SOON).until(() -> System.nanoTime() - said > TOO_OLD.toNanos());
        redis.start();
        awaitAgreement();
        assertThat(nodes.get(1).view().users()).contains("late");
        say(0, "everybody", "w", 100, 200);
        awaitUntil(() -> there.contains(199));
        long missed = nodes.get(1).view().lost() - lost;
        assertThat(there.size() + missed).isEqualTo(200);
        // a driver may have published what is counted as dropped, when it found Redis again
        assertThat(nodes.get(0).view().dropped() - dropped).isPositive().isGreaterThanOrEqualTo(missed);
        assertThat(missed == 0 || count(nodes.get(1), "GAP") > 0).isTrue();
        for (int i = 0; i < 3; i++) {
            assertThat(lines(nodes.get(i), CUT_OFF)).isEqualTo(warnings.get(i) + 1);
            assertThat(lines(nodes.get(i), CONNECTED)).isEqualTo(notes.get(i) + 1);
        }
        assertThat(call(0, "user1", "name")).isEqualTo("user1");
    }

    @Test
    @Order(18)
    void ofAFloodEachEventIsDeliveredOrCounted() throws Exception {
        int flood = 50_000;
        int part = flood / 4;
        List<Integer> here = hearMany(connect(2, "here"), "f");
        List<List<Integer>> there = List.of(hearMany(connect(0, "there"), "f"), hearMany(connect(1, "elsewhere"), "f"));
        List<NodeApp.View> before = nodes.stream().map(Node::view).toList();
        List<Long> warnings = nodes.stream().map(ThreeNodesTests::warnings).toList();
        long begun = System.nanoTime();
        for (int i = 0; i < flood; i += 2 * part) {
            redis.pause();
            say(2, "everybody", "f", i, i + part);
            redis.resume();
            say(2, "everybody", "f", i + part, i + 2 * part);
        }
        for (int i = 0; i < 2; i++) {
            int node = i;
            awaitUntil(() -> there.get(node).size() + lost(node, before) == flood);
        }
        say(2, "everybody", "f", flood, flood + 1);
        for (int i = 0; i < 2; i++) {
            int node = i;
            List<Integer> heard = there.get(i);
            awaitUntil(() -> heard.contains(flood));
            assertThat(heard).isSorted().doesNotHaveDuplicates();
            assertThat(heard.size()).isGreaterThan(flood / 100);
            assertThat(heard.size() + lost(node, before)).isEqualTo(flood + 1);
            awaitUntil(() -> nodes.get(node).view().told() - before.get(node).told() == lost(node, before));
        }
        awaitUntil(() -> here.size() == flood + 1);
        assertThat(here).isEqualTo(numbers(flood + 1));
        long dropped = nodes.get(2).view().dropped() - before.get(2).dropped();
        assertThat(dropped).isPositive().isEqualTo(lost(0, before));
        assertThat(lost(1, before)).isGreaterThanOrEqualTo(dropped); // its inbox is small
        assertThat(lines(nodes.get(2), "WARN .* Events to other nodes are dropped"))
                .isPositive();
        long minutes = Duration.ofNanos(System.nanoTime() - begun).toMinutes();
        for (int i = 0; i < 3; i++) {
            assertThat(warnings(nodes.get(i)) - warnings.get(i)).isLessThanOrEqualTo(minutes + 1);
        }
    }

    private long lost(int node, List<NodeApp.View> before) {
        return nodes.get(node).view().lost() - before.get(node).lost();
    }

    /** Without those of a node that is cut off, as it may be for a moment on a busy machine. */
    private static long warnings(Node node) {
        return lines(node, "^(?!.*" + CUT_OFF + ").* (WARN|ERROR) ");
    }

    @Test
    @Order(19)
    void largePayloadsArriveWholeAndInOrder() {
        int megabyte = 1_000_000; // the clients take 1,048,576
        int texts = 60;
        List<XyClient> clients = List.of(connect(1, "ada"), connect(0, "bob"), connect(2, "cid"));
        for (XyClient client : clients) {
            client.handlers()
                    .register(
                            "text",
                            String.class,
                            (String text) ->
                                    NodeApp.largeText(text.equals(NodeApp.largeText(1, megabyte)) ? 2 : 0, megabyte));
        }
        List<List<String>> heard =
                clients.stream().map(client -> hearTexts(client, "t")).toList();
        for (int i = 0; i < texts; i += 20) {
            sayTexts(0, "ada", i, i + 20);
            sayTexts(1, "bob", i, i + 20);
            sayTexts(0, "cid", i, i + 20);
            assertThat(callText(0, "ada", megabyte, megabyte)).isEqualTo("whole");
            assertThat(callText(1, "bob", megabyte, megabyte)).isEqualTo("whole");
        }
        sayText(0, "ada", texts, megabyte);
        sayText(1, "bob", texts, megabyte);
        sayText(0, "cid", texts, megabyte);
        List<String> all = new ArrayList<>();
        IntStream.range(0, texts).forEach(i -> all.add(NodeApp.largeText(i, NodeApp.size(i))));
        all.add(NodeApp.largeText(texts, megabyte));
        for (List<String> each : heard) {
            awaitUntil(() -> each.size() >= all.size());
            assertThat(each.equals(all)).isTrue(); // a message of megabytes helps nobody
        }
    }

    private static List<String> hearTexts(XyClient client, String event) {
        List<String> heard = new CopyOnWriteArrayList<>();
        client.handlers().on(event, String.class, text -> heard.add(text));
        return heard;
    }

    private void sayTexts(int node, String user, int from, int to) {
        nodes.get(node).ask("test.sayTexts", Map.of("user", user, "event", "t", "from", from, "to", to), Void.class);
    }

    private void sayText(int node, String user, int number, int bytes) {
        nodes.get(node)
                .ask("test.sayText", Map.of("user", user, "event", "t", "number", number, "bytes", bytes), Void.class);
    }

    /** Returns whether argument and answer have arrived whole, or the error. */
    private String callText(int node, String user, int bytes, int answer) {
        return nodes.get(node)
                .ask(
                        "test.callText",
                        Map.of("user", user, "function", "text", "bytes", bytes, "answer", answer),
                        String.class);
    }

    /** Node a publishes 8 MB at once, b takes 4 MB, and c publishes 32 KB, or an answer of 128 KB. */
    @Test
    @Order(20)
    void payloadsBeyondWhatANodeMayPublishOrTakeAreCountedOrRefused() {
        XyClient ada = connect(1, "ada");
        XyClient bob = connect(2, "bob");
        ada.handlers().register("text", String.class, (String text) -> NodeApp.largeText(2, 1000));
        bob.handlers()
                .register(
                        "text",
                        String.class,
                        (String text) -> NodeApp.largeText(2, text.equals("1 ") ? 200_000 : 100_000));
        List<String> toAda = hearTexts(ada, "t");
        List<String> toBob = hearTexts(bob, "t");
        List<NodeApp.View> before = nodes.stream().map(Node::view).toList();

        sayText(2, "ada", 0, 40_000);
        sayText(2, "bob", 1, 40_000);
        assertThat(callText(2, "ada", 40_000, 1000))
                .isEqualTo("413 The call of 'text' is larger than cluster.publish-buffer-size");
        assertThat(callText(0, "bob", 0, 200_000))
                .isEqualTo(
                        "413 'text' has run, but its answer is too large for its node, see cluster.publish-buffer-size");
        sayText(0, "ada", 2, 5_000_000);
        assertThat(callText(0, "ada", 5_000_000, 1000)).isEqualTo("503 Too busy");

        sayText(2, "ada", 3, 10_000);
        sayText(0, "ada", 4, 10_000);
        assertThat(callText(2, "ada", 10_000, 1000)).isEqualTo("whole");
        assertThat(callText(0, "ada", 900_000, 1000)).isEqualTo("whole");
        assertThat(callText(0, "bob", 900_000, 100_000)).isEqualTo("whole");
        awaitUntil(() -> toAda.size() == 2);
        assertThat(toAda).containsExactlyInAnyOrder(NodeApp.largeText(3, 10_000), NodeApp.largeText(4, 10_000));
        assertThat(toBob).containsExactly(NodeApp.largeText(1, 40_000));
        assertThat(nodes.get(2).view().dropped() - before.get(2).dropped()).isEqualTo(2);
        assertThat(lost(0, before)).isEqualTo(2);
        assertThat(lost(1, before)).isEqualTo(3);
        awaitUntil(() -> nodes.get(1).view().told() - before.get(1).told() == 3);
    }

    /** It is stopped for less than {@code cluster.node-timeout}, so that it is not lost. */
    @Test
    @Order(21)
    void othersGoOnBesideANodeThatStandsStillWhoseNumbersAddUpAfterwards() throws Exception {
        connect(0, "ada").handlers().register("name", String.class, (String user) -> user);
        connect(2, "bob").handlers().register("name", String.class, (String user) -> user);
        List<Integer> there = hearLarge(connect(1, "there"), "q");
        List<Integer> elsewhere = hearLarge(connect(2, "elsewhere"), "q");
        List<NodeApp.View> before = nodes.stream().map(Node::view).toList();
        int answered = 0;
        int said = 0;
        nodes.get(1).pause();
        long begun = System.nanoTime();
        while (System.nanoTime() - begun < Duration.ofSeconds(3).toNanos()) {
            assertThat(call(0, "bob", "name")).isEqualTo("bob");
            assertThat(call(2, "ada", "name")).isEqualTo("ada");
            answered += 2;
            said += sayLarge("q", said, said < 800 ? 20 : 1); // more than the node takes at once
        }
        int saidMeanwhile = said;
        awaitUntil(() -> elsewhere.size() == saidMeanwhile);
        assertThat(there).hasSizeLessThan(said);
        nodes.get(1).resume();
        assertThat(answered).isGreaterThan(20);
        int all = said;
        awaitUntil(() -> there.size() + lost(1, before) == all);
        sayLarge("q", all, 1);
        awaitUntil(() -> there.contains(all) && elsewhere.contains(all));
        assertThat(elsewhere).isEqualTo(numbers(all + 1));
        assertThat(there).isSorted().doesNotHaveDuplicates();
        assertThat(there.size() + lost(1, before)).isEqualTo(all + 1);
        awaitUntil(() -> nodes.get(1).view().told() - before.get(1).told() == lost(1, before));
        assertThat(lost(0, before) + lost(2, before)).isZero();
    }

    @Test
    @Order(22)
    void whatNoNodeOfThisVersionSaysIsCountedAndIgnored() throws Exception {
        List<Integer> there = hear(connect(1, "there"), "v");
        List<NodeApp.View> before = nodes.stream().map(Node::view).toList();
        String application = redis.next("xy:{shop}:all").replaceAll("(?s).*,\"app\":(\"[^\"]*\"),.*", "$1");
        String from = "feedbeef0001";
        String header = "{\"xy\":1,\"from\":\"" + from + "\",\"new\":{\"x\":[1]},\"app\":" + application;
        for (String channel :
                List.of("xy:{shop}:all", "xy:{shop}:n:" + nodes.get(1).view().node())) {
            int number = 1;
            for (String lines : List.of(
                    "{\"k\":\"future\",\"x\":{\"y\":1}}",
                    "{\"k\":\"hb\",\"v\":0,\"size\":0,\"age\":1,\"more\":true}\n{\"x\":1}",
                    "{\"k\":\"up\"}\n{\"k\":\"ev\"}\n{\"k\":\"call\"}\n{\"k\":\"snap\",\"v\":-1,\"size\":9e99}\nnonsense")) {
                redis.command("PUBLISH", channel, header + ",\"seq\":" + number++ + "}\n" + lines);
            }
            for (String garbage : List.of("", "hello", "{", "{}", "{\"from\":1}", "\r\n\u0000", "[".repeat(10_000))) {
                redis.command("PUBLISH", channel, garbage);
            }
        }
        say(0, "everybody", "v", 0, 100);
        awaitUntil(() -> there.size() == 100);
        assertThat(there).isEqualTo(numbers(100));
        awaitUntil(() -> nodes.get(1).view().unknown() >= before.get(1).unknown() + 2);
        awaitUntil(() -> nodes.get(1).view().foreign() >= before.get(1).foreign() + 2 * 6);
        awaitUntil(() -> count(nodes.get(1), "LOST")
                > before.get(1).heard().stream().filter("LOST"::equals).count());
        assertThat(nodes.get(1).view().lost()).isEqualTo(before.get(1).lost());
        assertThat(lines(nodes.get(1), "is not a frame of a node")).isEqualTo(1);
        assertThat(lines(nodes.get(1), " ERROR ")).isZero();
    }

    @Test
    @Order(23)
    void anotherApplicationOfTheClustersNameIsIgnored() throws Exception {
        try (Node other = startNode("other", "spring.application.name=warehouse")) {
            other.awaitReady();
            awaitUntil(() -> other.view().connected() && other.view().foreign() > 2);
            awaitUntil(() -> nodes.stream().allMatch(node -> lines(node, "but is of another application") == 1));
            assertThat(nodes.get(0).view().users()).doesNotContain("control-other");
            assertThat(other.view().users()).containsExactly("control-other");
            assertThat(other.view().heard()).doesNotContain("JOINED");
        }
    }

    @Test
    @Order(24)
    void aNodeThatRedisDisconnectsAsItReadsTooLittleComesBack() throws Exception {
        redis.command("CONFIG", "SET", "client-output-buffer-limit", "pubsub 1mb 0 0");
        List<Integer> there = hearLarge(connect(1, "there"), "o");
        List<Integer> elsewhere = hearLarge(connect(2, "elsewhere"), "o");
        NodeApp.View before = nodes.get(1).view();
        int said = sayLarge(elsewhere, 0);
        awaitUntil(() -> there.size() == elsewhere.size());
        int subscribed = subscriptions();
        nodes.get(1).pause();
        while (subscriptions() == subscribed) {
            said = sayLarge(elsewhere, said);
        }
        connectToStay(nodes.get(0).port(), "late"); // of which the paused node gets no frame either
        awaitUntil(() -> nodes.get(2).view().users().contains("late"));
        for (int i = 0; i < 6; i++) { // more than the node keeps that publishes it
            said = sayLarge(elsewhere, said);
        }
        redis.command("CONFIG", "SET", "client-output-buffer-limit", "pubsub 32mb 8mb 60"); // the default
        nodes.get(1).resume();
        awaitUntil(() -> nodes.get(1).view().connected() && subscriptions() == subscribed);
        awaitAgreement();

        int all = sayLarge(elsewhere, said);
        awaitUntil(() -> there.contains(all - 1));
        assertThat(elsewhere).isEqualTo(numbers(all));
        NodeApp.View after = nodes.get(1).view();
        assertThat(after.lost()).isGreaterThan(before.lost());
        assertThat(there.size() + after.lost() - before.lost()).isEqualTo(all);
        assertThat(there).isSorted().doesNotHaveDuplicates();
        awaitUntil(() -> count(nodes.get(1), "GAP") > count(before, "GAP"));
        assertThat(nodes).allMatch(node -> node.view().users().containsAll(List.of("late", "there", "elsewhere")));
    }

    private static List<Integer> hearLarge(XyClient client, String event) {
        List<Integer> heard = new CopyOnWriteArrayList<>();
        client.handlers().on(event, String.class, text -> heard.add(Integer.parseInt(text.strip())));
        return heard;
    }

    /** Sends 200 kB, and waits until they have been heard: only a node that reads nothing falls behind. */
    private int sayLarge(List<Integer> heard, int from) {
        int to = from + 20;
        sayLarge("o", from, 20);
        awaitUntil(() -> heard.size() == to);
        return to;
    }

    /** Sends so many events of 10 kB. Returns their number. */
    private int sayLarge(String event, int from, int count) {
        nodes.get(0)
                .ask(
                        "test.sayLarge",
                        Map.of("event", event, "from", from, "to", from + count, "bytes", 10_000),
                        Void.class);
        return count;
    }

    private int subscriptions() throws IOException {
        return redis.command("CLIENT", "LIST", "TYPE", "pubsub").split("\n").length;
    }

    @Test
    @Order(25)
    @Timeout(300) // three processes start, one after the other
    void usersStayOnlineWhileAllNodesAreRestarted() throws Exception {
        AtomicInteger turn = new AtomicInteger();
        Line balancer = closedAtTheEnd(new Line(() -> {
            List<Node> running = List.copyOf(nodes);
            return running.get(turn.getAndIncrement() % running.size()).port();
        }));
        List<String> users = IntStream.range(0, 9).mapToObj(i -> "stays" + i).toList();
        List<List<Integer>> heard = new ArrayList<>();
        for (String user : users) {
            XyClient client = connectToStay(balancer.port(), user);
            client.handlers().register("name", String.class, (String group) -> user);
            heard.add(hear(client, "g"));
        }
        awaitMembers(3 + users.size());
        long lost = sum(view -> count(view, "LOST"));
        int said = 0;
        for (String name : List.of("a", "b", "c")) {
            Node former = nodes.remove(0);
            lost -= count(former, "LOST");
            former.stop();
            former.close();
            nodes.add(startNode(name).awaitReady());
            awaitMembers(3 + users.size());
            for (Node node : nodes) {
                NodeApp.View view = node.view();
                assertThat(view.users()).containsAll(users);
                for (String user : users) {
                    assertThat(view.heard()).doesNotContain("offline " + user);
                    assertThat(count(view, "online " + user)).isLessThanOrEqualTo(1);
                }
            }
            int more = said + 10;
            say(0, "all", "g", said, more);
            for (List<Integer> each : heard) {
                awaitUntil(() -> each.contains(more - 1));
                assertThat(each).isEqualTo(numbers(more));
            }
            said = more;
        }
        assertThat(sum(view -> count(view, "LOST"))).isEqualTo(lost);
        Map<?, ?> outcomes = nodes.get(0).ask("test.callMany", Map.of("group", "all", "function", "name"), Map.class);
        assertThat(outcomes.get("ok")).isEqualTo(users.size());
    }

    @Test
    @Order(26)
    void aNodeThatIsKilledIsGoneWithinSixSeconds() {
        XyClient client = connect(2, "victim");
        client.handlers().register("name", String.class, (String user) -> user);
        Node killed = nodes.remove(2);
        long begun = System.nanoTime();
        killed.kill();
        await().atMost(SOON).until(() -> nodes.stream()
                .noneMatch(node -> node.view().users().contains("victim")));
        assertThat(Duration.ofNanos(System.nanoTime() - begun))
                .isLessThan(Duration.ofSeconds(9)); // 6 and this machine's
        assertThat(call(0, "victim", "name")).isEqualTo("no member");
        await().atMost(SOON)
                .until(() -> nodes.stream().allMatch(node -> node.view().heard().contains("offline victim")));
        for (Node node : nodes) { // the user lingers for three seconds
            List<String> heard = node.view().heard();
            assertThat(heard.lastIndexOf("LOST")).isLessThan(heard.indexOf("offline victim"));
        }
        killed.close();
    }

    @Test
    @Order(27)
    void aNodeThatStopsLeavesAtOnce() {
        connect(1, "leaver");
        long lost = count(nodes.get(0), "LOST");
        long left = count(nodes.get(0), "LEFT");
        Node stopped = nodes.remove(1);
        stopped.stop();
        await().atMost(SOON).until(() -> count(nodes.get(0), "LEFT") == left + 1);
        assertThat(count(nodes.get(0), "LOST")).isEqualTo(lost);
        assertThat(nodes.get(0).view().users()).doesNotContain("leaver");
        stopped.close();
    }

    @Test
    @Order(28)
    void aNodeThatStartsWithoutRedisServesItsOwnAndJoinsLater() throws Exception {
        redis.kill();
        Node late = startNode("late").awaitReady();
        nodes.add(late);
        List<Integer> here = hear(connect(late, "here"), "e");
        say(1, "everybody", "e", 0, 10);
        awaitUntil(() -> here.equals(numbers(10)));
        assertThat(late.view().connected()).isFalse();
        redis.start();
        awaitAgreement();
        assertThat(count(late, "JOINED")).isEqualTo(1);
        say(0, "everybody", "e", 10, 20);
        awaitUntil(() -> here.equals(numbers(20)));
    }

    @Test
    @Order(29)
    void aNodeThatStopsWithoutRedisDoesNotHangAndIsLostLater() throws Exception {
        connect(1, "leaver");
        long lost = count(nodes.get(0), "LOST");
        long left = count(nodes.get(0), "LEFT");
        redis.kill();
        Node stopped = nodes.remove(1);
        long begun = System.nanoTime();
        stopped.stop();
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(20));
        stopped.close();
        assertThat(nodes.get(0).view().users()).contains("leaver");
        redis.start();
        awaitUntil(() -> count(nodes.get(0), "LOST") == lost + 1);
        assertThat(nodes.get(0).view().users()).doesNotContain("leaver");
        assertThat(count(nodes.get(0), "LEFT")).isEqualTo(left);
    }

    @Test
    @Order(30)
    void aNodeThatStopsWhileItWaitsForRedisDoesNotHang() throws Exception {
        Node stopped = startNode("stopped").awaitReady();
        nodes.add(stopped);
        awaitAgreement();
        long cutOff = count(stopped, "CUT_OFF");
        long lost = count(nodes.get(0), "LOST");
        redis.pause();
        awaitUntil(() -> count(stopped, "CUT_OFF") > cutOff); // it subscribes again now, and gets no answer
        nodes.remove(stopped);
        long begun = System.nanoTime();
        stopped.stop();
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(20));
        stopped.close();
        redis.resume();
        awaitUntil(() -> count(nodes.get(0), "LOST") > lost);
        awaitAgreement();
    }
}
