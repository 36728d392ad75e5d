package io.xywebsocket.nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.xywebsocket.XyDeadline;
import io.xywebsocket.XyException;
import io.xywebsocket.client.XyClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/** Calls, members and health of three nodes, each in a process of its own, when nodes and a real Redis fail. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(120)
class FaultyNodesTests extends WithLines {

    /** Far from the timeout of the calls, 20 s, and from {@code cluster.node-timeout} and a heartbeat, 6 s. */
    private static final Duration LOST = Duration.ofSeconds(12);

    private static final String DOWN = "\"redis\":{\"status\":\"DOWN\"";
    private static final String CUT_OFF = "\"xyCluster\":{\"status\":\"CUT_OFF\"";

    @BeforeAll
    @Timeout(180) // processes that start take long on a busy machine
    void start() throws Exception {
        startRedis();
        for (String name : List.of("a", "b", "c")) {
            nodes.add(startNode(
                    name,
                    "spring.data.redis.timeout=1s", // as documented
                    "spring.data.redis.connect-timeout=1s",
                    "management.endpoint.health.probes.enabled=true",
                    "management.endpoint.health.group.balancer.include=*",
                    "management.endpoint.health.group.balancer.exclude=redis"));
        }
        nodes.forEach(Node::awaitReady);
        awaitAgreement();
    }

    /** Lets a client answer calls of {@code later} once the future is completed. */
    private static CompletableFuture<String> answerLater(XyClient client, AtomicInteger asked) {
        CompletableFuture<String> answer = new CompletableFuture<>();
        client.handlers().register("later", String.class, (String ignored) -> {
            asked.incrementAndGet();
            return answer.copy();
        });
        return answer;
    }

    private static <T> CompletableFuture<T> begin(Supplier<T> task) {
        return CompletableFuture.supplyAsync(task, run -> new Thread(run).start());
    }

    private CompletableFuture<String> beginCall(int node, String user, String function, int millis) {
        Map<String, ?> call = Map.of("user", user, "function", function, "millis", millis);
        return begin(() -> nodes.get(node).ask("test.pass", call, String.class));
    }

    private CompletableFuture<List<String>> beginCallOfEverybody() {
        return begin(() -> List.of(nodes.get(0).ask("test.callEverybody", "later", String[].class)));
    }

    private static void assertStatus(CompletableFuture<?> call, int status) {
        assertThatThrownBy(call::join)
                .cause()
                .asInstanceOf(InstanceOfAssertFactories.type(XyException.class))
                .returns(status, XyException::status);
    }

    /** One for each client and each control, without those of the controls, which have no such function. */
    private static List<String> ofClients(List<String> outcomes) {
        assertThat(outcomes).hasSize(6);
        return outcomes.stream()
                .filter(outcome -> !outcome.startsWith("control-"))
                .toList();
    }

    private void awaitNoCalls() {
        awaitUntil(() ->
                nodes.stream().map(Node::view).allMatch(view -> view.pendingCalls() == 0 && view.servedCalls() == 0));
    }

    private static List<String> changes(Node node, String user) {
        return List.of(node.ask("test.changes", user, String[].class));
    }

    @Test
    @Order(1)
    void whatIsSentToAMemberWhileItsNodeHearsNothingArrivesInOrderAndOnce() {
        XyClient ada = connect(1, "ada");
        List<Integer> toAda = hear(ada, "m");
        XyClient bob = connect(1, "bob");
        List<Integer> elsewhere = hear(connect(2, "elsewhere"), "heard");
        NodeApp.View before = nodes.get(1).view();
        sayToMember("ada", 0, 100);
        awaitUntil(() -> toAda.size() == 100);
        line(1).cut(false, true);
        sayToMember("ada", 100, 200);
        assertThat(nodes.get(0).ask("test.disable", "bob", Integer.class)).isEqualTo(1);
        say(0, "everybody", "heard", 0, 1);
        awaitUntil(() -> elsewhere.size() == 1); // Redis has sent to all subscribers what was said before
        assertThat(toAda).hasSize(100);
        assertThat(bob.state()).isEqualTo(XyClient.State.CONNECTED);

        line(1).heal();
        sayToMember("ada", 200, 300);
        awaitUntil(() -> toAda.size() >= 300);
        assertThat(toAda).isEqualTo(numbers(300));
        awaitUntil(() -> bob.state() != XyClient.State.CONNECTED);
        awaitChange("bob", "gone 4401");
        assertThat(nodes.get(1).view().repaired()).isGreaterThan(before.repaired());
        assertThat(nodes.get(1).view().lost()).isEqualTo(before.lost());
    }

    private void sayToMember(String user, int from, int to) {
        nodes.get(0).ask("test.sayToMember", Map.of("user", user, "event", "m", "from", from, "to", to), Void.class);
    }

    @Test
    @Order(2)
    void everyNodeHearsOnceOfEachChangeOfAMember() {
        XyClient cid = connect(1, "cid");
        String id = ids(0, "cid").get(0);
        assertThat(change("test.join", 0, id)).isTrue();
        awaitChange("cid", "joined north"); // else a node may hear of neither, as it is over
        assertThat(change("test.leave", 2, id)).isTrue();
        awaitChange("cid", "left north");
        cid.close();
        awaitChange("cid", "gone 1000");
        connect(1, "dan").close();
        awaitChange("dan", "gone 1000");
        for (Node node : nodes) {
            assertThat(changes(node, "cid"))
                    .containsExactlyInAnyOrder("connected", "joined all", "joined north", "left north", "gone 1000")
                    .endsWith("joined north", "left north", "gone 1000");
        }
    }

    /** Every node has heard of it. */
    private void awaitChange(String user, String change) {
        for (Node node : nodes) {
            awaitUntil(() -> changes(node, user).contains(change));
        }
    }

    @Test
    @Order(3)
    void callsInACircleBetweenNodesEndWith504() {
        List<Duration> left = new CopyOnWriteArrayList<>();
        AtomicBoolean goesOn = new AtomicBoolean(true);
        XyClient eve = connect(0, "eve");
        XyClient fay = connect(1, "fay");
        passOn(eve, "fay", left, goesOn);
        passOn(fay, "eve", left, goesOn);
        awaitUntil(() -> {
            long begun = System.nanoTime();
            assertStatus(beginCall(1, "eve", "pass", 400), 504);
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(LOST);
            return left.size() > 2; // the machine was not too slow to close the circle
        });
        assertThat(Collections.max(left)).isLessThanOrEqualTo(Duration.ofMillis(400));
        goesOn.set(false); // each round adds what it takes on the wire to the time that is left
        awaitNoCalls();
        fay.handlers().register("name", String.class, (String user) -> user);
        assertThat(call(0, "fay", "name")).isEqualTo("fay");
    }

    /** Lets a client that is called ask its node to call another one. */
    private static void passOn(XyClient client, String next, List<Duration> left, AtomicBoolean goesOn) {
        Map<String, ?> call = Map.of("user", next, "function", "pass", "millis", 60_000);
        client.handlers().register("pass", String.class, (String ignored) -> {
            left.add(XyDeadline.left().orElseThrow());
            return goesOn.get()
                    ? client.call("test.pass", call, String.class)
                    : CompletableFuture.completedFuture("end");
        });
    }

    @Test
    @Order(4)
    void callsUnderWayOfANodeThatIsCutOffEndWith503() {
        AtomicInteger asked = new AtomicInteger();
        CompletableFuture<String> here = answerLater(connect(0, "here"), asked);
        CompletableFuture<String> there = answerLater(connect(1, "there"), asked);
        answerLater(connect(2, "elsewhere"), asked);
        CompletableFuture<String> one = beginCall(0, "there", "later", 60_000);
        CompletableFuture<List<String>> all = beginCallOfEverybody();
        awaitUntil(() -> asked.get() == 4);
        line(0).cut(true, true);
        long begun = System.nanoTime();
        assertStatus(one, 503);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(LOST);
        here.complete("yes");
        assertThat(ofClients(all.join())).containsExactly("elsewhere not connected", "here yes", "there not connected");

        awaitNoCalls(); // nor do the others serve those of a node that is lost
        line(0).heal();
        awaitAgreement();
        one = beginCall(0, "there", "later", 60_000);
        there.complete("yes");
        assertThat(one.join()).isEqualTo("yes");
    }

    @Test
    @Order(5)
    void aNodeThatHearsAndIsNotHeardIsLostAndComesBack() {
        for (int i = 0; i < 3; i++) {
            connect(i, "user" + i).handlers().register("name", String.class, (String user) -> user);
        }
        List<Integer> there = hear(connect(1, "there"), "h");
        List<Integer> elsewhere = hear(connect(2, "elsewhere"), "h");
        List<NodeApp.View> before = nodes.stream().map(Node::view).toList();
        line(1).cut(true, false);
        say(0, "everybody", "h", 0, 100);
        awaitUntil(() -> there.size() == 100);
        for (int i : List.of(0, 2)) {
            awaitUntil(() -> count(nodes.get(i), "LOST") == count(before.get(i), "LOST") + 1);
            assertThat(nodes.get(i).view().users()).contains("user0", "user2").doesNotContain("user1", "there");
        }
        awaitUntil(() -> count(nodes.get(1), "CUT_OFF") == count(before.get(1), "CUT_OFF") + 1);
        assertThat(nodes.get(1).view().users()).contains("user0", "user1", "user2");
        assertThat(call(0, "user1", "name")).isEqualTo("no member");
        assertThat(call(0, "user2", "name")).isEqualTo("user2");
        assertThat(call(1, "user0", "name")).isEqualTo("503");
        assertThat(call(1, "user1", "name")).isEqualTo("user1");
        say(0, "everybody", "h", 100, 200);
        awaitUntil(() -> elsewhere.size() == 200);

        line(1).heal();
        awaitAgreement();
        for (int i : List.of(0, 2)) {
            assertThat(count(nodes.get(i), "LOST")).isEqualTo(count(before.get(i), "LOST") + 1);
            awaitUntil(() -> count(nodes.get(i), "JOINED") == count(before.get(i), "JOINED") + 1);
        }
        assertThat(count(nodes.get(1), "LOST")).isEqualTo(count(before.get(1), "LOST"));
        awaitUntil(() -> call(0, "user1", "name").equals("user1"));
        awaitUntil(() -> call(1, "user0", "name").equals("user0"));
        say(0, "everybody", "h", 200, 300);
        awaitUntil(() -> there.contains(299));
        assertThat(elsewhere).isEqualTo(numbers(300));
        assertThat(there).isSorted().doesNotHaveDuplicates();
        assertThat(there.size() + nodes.get(1).view().lost() - before.get(1).lost())
                .isEqualTo(300);
    }

    @Test
    @Order(6)
    void theHealthOfANodeSaysThatItIsCutOffAndItsReadinessDoesNot() throws Exception {
        connect(0, "here").handlers().register("name", String.class, (String user) -> user);
        awaitUntil(() -> status("").equals("UP"));
        assertThat(status("/xyCluster")).isEqualTo("UP");
        redis.kill();
        awaitUntil(() -> status("/xyCluster").equals("CUT_OFF"));
        assertThat(health("", 503)).contains(DOWN, CUT_OFF); // as documented, for the indicator of Redis alone
        assertThat(health("/balancer", 200)).contains(CUT_OFF).doesNotContain("\"redis\"");
        assertThat(status("/balancer")).isEqualTo("UP");
        assertThat(status("/readiness")).isEqualTo("UP");
        assertThat(status("/liveness")).isEqualTo("UP");
        assertThat(call(0, "here", "name")).isEqualTo("here");

        redis.start();
        awaitUntil(() -> status("/xyCluster").equals("UP"));
        awaitUntil(() -> nodes.get(0).get("/actuator/health").statusCode() == 200);
        assertThat(health("", 200)).contains("\"xyCluster\":{\"status\":\"UP\"");
    }

    /** The code 200 is that of nodes that a balancer keeps. */
    private String status(String path) throws Exception {
        return new ObjectMapper().readTree(health(path, 200)).path("status").asText();
    }

    private String health(String path, int status) throws Exception {
        HttpResponse<String> response = nodes.get(0).get("/actuator/health" + path);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return response.body();
    }

    @Test
    @Order(7)
    void callsUnderWayToANodeThatIsKilledEndWith503AndItsMembersGoWith1006() {
        AtomicInteger asked = new AtomicInteger();
        CompletableFuture<String> here = answerLater(connect(0, "here"), asked);
        CompletableFuture<String> there = answerLater(connect(1, "there"), asked);
        answerLater(connect(2, "victim"), asked);
        CompletableFuture<String> one = beginCall(0, "victim", "later", 60_000);
        CompletableFuture<List<String>> all = beginCallOfEverybody();
        awaitUntil(() -> asked.get() == 4);
        Node killed = nodes.remove(2);
        killed.kill();
        long begun = System.nanoTime();
        there.complete("yes");
        assertStatus(one, 503);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(LOST);
        here.complete("no");
        assertThat(ofClients(all.join())).containsExactly("here no", "there yes", "victim not connected");
        awaitNoCalls();
        awaitChange("victim", "gone 1006");
        for (Node node : nodes) {
            assertThat(changes(node, "victim"))
                    .containsExactlyInAnyOrder("connected", "joined all", "gone 1006")
                    .endsWith("gone 1006");
        }
        killed.close();
    }
}
