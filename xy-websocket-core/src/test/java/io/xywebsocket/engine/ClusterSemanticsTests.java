package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xywebsocket.XyAnswers;
import io.xywebsocket.XyConnectionListener;
import io.xywebsocket.XyEvent;
import io.xywebsocket.XyException;
import io.xywebsocket.XyInterceptor;
import io.xywebsocket.XyLimits;
import io.xywebsocket.XyMember;
import io.xywebsocket.XyMessage;
import io.xywebsocket.XyNotConnectedException;
import io.xywebsocket.XyOutcome;
import io.xywebsocket.XyPayload;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyRpc;
import io.xywebsocket.XyType;
import io.xywebsocket.cluster.XyClusterListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Members, audiences and groups mean the same on several nodes as on one. */
class ClusterSemanticsTests {

    private final ClusterTown town = new ClusterTown();
    private final ClusterTown.Node a = town.start("a");
    private final ClusterTown.Node b = town.start("b");
    private final ClusterTown.Node c = town.start("c");

    @AfterEach
    void close() {
        town.close();
    }

    private ClusterTown.Client connect(ClusterTown.Node node) {
        ClusterTown.Client client = node.connect();
        town.settle();
        return client;
    }

    private ClusterTown.Client connectAs(ClusterTown.Node node, String user) {
        ClusterTown.Client client = connect(node);
        client.peer.identify(() -> user);
        town.settle();
        return client;
    }

    private static void join(ClusterTown.Node node, ClusterTown.Client client, String... groups) {
        for (String group : groups) {
            node.endpoint.groups().join(client.peer, group);
        }
    }

    private String callOf(ClusterTown.Client client, String function) {
        town.settle();
        List<String> calls = client.got("\"c." + function + "\"");
        return calls.get(calls.size() - 1);
    }

    private static String idOf(String call) {
        return call.replaceAll(".*\"id\":(\"[^\"]*\").*", "$1");
    }

    private void say(ClusterTown.Client client, String text) {
        WithEndpoints.text(client.peer.connection, text);
        town.settle();
    }

    private void answer(ClusterTown.Client client, String function, String answer) {
        say(client, answer.replace("$n", function).replace("$id", idOf(callOf(client, function))));
    }

    private static String outcome(CompletableFuture<?> call) {
        assertThat(call).isDone();
        try {
            return "value " + call.join();
        } catch (CompletionException e) {
            return e.getCause() instanceof XyException error
                    ? error.getClass().getSimpleName() + " " + error.status() + " " + error.getMessage() + " "
                            + error.details()
                    : String.valueOf(e.getCause());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"e\":\"resolve.$n\",\"id\":$id,\"p\":\"a\"}",
                "{\"e\":\"resolve.$n\",\"id\":$id,\"p\":null}",
                "{\"e\":\"resolve.$n\",\"id\":$id}",
                "{\"e\":\"resolve.$n\",\n\"id\":$id,\n\"p\":[1,\r\n {\"x\" :\t2}]\n}",
                "{\"e\":\"resolve.$n\",\"id\":$id,\"p\":\"\\u2028\\n ü 😀\"}",
                "{\"e\":\"reject.$n\",\"id\":$id,\"p\":{\"ok\":false,\"status\":409,\"message\":\"odd\"}}",
                "{\"e\":\"reject.$n\",\"id\":$id,\"p\":{\"ok\":false,\"status\":422,\"message\":\"ü \\\"x\\\"\","
                        + "\n\"why\":[1,null,{\"a\":true}],\"errorId\":\"7\"}}",
                "{\"e\":\"reject.$n\",\"id\":$id,\"p\":{\"ok\":false,\"status\":404,\"message\":\"No such function 'x'\"}}",
                "{\"e\":\"reject.$n\",\"id\":$id,\"p\":{\"ok\":false,\"status\":429,\"message\":\"Too many\",\"wait\":3}}",
                "{\"e\":\"reject.$n\",\"id\":$id,\"p\":{\"ok\":false,\"status\":503,\"message\":\"Busy\",\"wait\":3}}",
                "{\"e\":\"reject.$n\",\"id\":$id,\"p\":{\"ok\":false,\"status\":504,\"message\":\"Late\",\"wait\":3}}",
                "{\"e\":\"reject.$n\",\"id\":$id,\"p\":{\"ok\":false,\"status\":500,\"message\":\"Internal error\",\"errorId\":\"7\"}}",
                "{\"e\":\"reject.$n\",\"id\":$id,\"p\":{\"status\":409,\"message\":\"not ok\",\"x\":1}}",
                "{\"e\":\"reject.$n\",\"id\":$id,\"p\":\"why\"}",
                "{\"e\":\"reject.$n\",\"id\":$id}",
            })
    void aMemberOfAnotherNodeAnswersToTheLetter(String answer) {
        ClusterTown.Client client = connect(b);
        for (XyType<?> type : List.of(XyType.of(Object.class), XyType.of(int.class))) {
            CompletableFuture<?> local = b.member(client).call("half", 4, type);
            answer(client, "half", answer);
            CompletableFuture<?> remote = a.member(client).call("half", 4, type);
            answer(client, "half", answer);
            assertThat(outcome(remote)).isEqualTo(outcome(local));
        }
    }

    @Test
    void theCallsThemselvesAreTheSame() {
        ClusterTown.Client client = connect(b);
        for (Object payload : new @Nullable Object[] {null, XyPayload.none(), 1, "a\nü", Map.of("x", List.of(1))}) {
            List<String> frames = new ArrayList<>();
            for (ClusterTown.Node node : List.of(a, b)) {
                XyMember member = node.member(client);
                var unused = member.withTimeout(Duration.ofMillis(700)).call("half", payload, String.class);
                frames.add(callOf(client, "half").replaceAll("\"id\":\"[^\"]*\"", "id"));
                answer(client, "half", "{\"e\":\"resolve.$n\",\"id\":$id}");
            }
            assertThat(frames.get(0)).isEqualTo(frames.get(1)).contains("\"ttl\":700");
        }
    }

    @Test
    void aMemberIsEqualToItselfHoweverItIsSeen() {
        ClusterTown.Client client = connect(b);
        XyMember here = b.member(client);
        XyMember there = a.member(client);
        assertThat(here.since()).isEqualTo(there.since());
        assertThat(here.since().getNano() % 1_000_000).isZero();
        Set<XyMember> all = new HashSet<>();
        for (XyMember each : List.of(here, there, c.member(client))) {
            XyMember other = each.withTimeout(Duration.ofSeconds(1));
            assertThat(each).isEqualTo(here).isEqualTo(there).isEqualTo(other).hasSameHashCodeAs(here);
            assertThat(other).isEqualTo(here).isEqualTo(there).hasSameHashCodeAs(here);
            all.add(each);
            all.add(other);
        }
        assertThat(all).hasSize(1);
        assertThat(here).isNotEqualTo(connect(b).peer).isNotEqualTo(connect(a).peer);
    }

    @Test
    void whatAHandlerCallsAtAnotherNodeWaitsNoLongerThanItsCaller() {
        ClusterTown.Client caller = connect(a);
        ClusterTown.Client asked = connect(b);
        List<CompletableFuture<String>> calls = new ArrayList<>();
        a.endpoint.handlers().register("relay", (function, payload, peer) -> {
            calls.add(a.member(asked).call("inner", null, String.class));
            a.endpoint
                    .broadcaster()
                    .everybody()
                    .except(peer)
                    .call("many", null, String.class)
                    .all();
            return "done";
        });
        say(caller, WithEndpoints.deadlines("relay", "1", "\"1\"", 800));
        assertThat(ttl(callOf(asked, "inner"))).isBetween(1, 800);
        assertThat(ttl(callOf(asked, "many"))).isBetween(1, 800);
        town.advance(900);
        assertThat(outcome(calls.get(0))).startsWith("XyCallTimeoutException 504");
    }

    private static int ttl(String call) {
        return Integer.parseInt(call.replaceAll(".*\"ttl\":(\\d+).*", "$1"));
    }

    @Test
    void severalNamesAreOneAudienceAtEachNode() {
        ClusterTown.Client ada = connectAs(b, "ada");
        ClusterTown.Client bob = connectAs(c, "bob");
        ClusterTown.Client eve = connectAs(a, "eve");
        join(b, ada, "north", "south");
        join(c, bob, "south");
        town.settle();
        assertThat(a.endpoint.broadcaster().toUser("ada", "bob", "ada").send("u", 1))
                .isZero();
        assertThat(a.endpoint.broadcaster().toGroup("north", "south").send("g", 1))
                .isZero();
        assertThat(a.endpoint
                        .broadcaster()
                        .toGroup("north", "south")
                        .exceptIds(ada.id())
                        .send("x", 1))
                .isZero();
        assertThat(a.endpoint
                        .broadcaster()
                        .toGroup("north", "south")
                        .exceptIds(ada.id())
                        .members())
                .containsExactly(c.member(bob));
        assertThat(a.endpoint.broadcaster().toUser("ada", "eve").members())
                .containsExactlyInAnyOrder(b.member(ada), a.member(eve));
        town.settle();
        for (ClusterTown.Client each : List.of(ada, bob)) {
            assertThat(each.got("e.u")).hasSize(1);
            assertThat(each.got("e.g")).hasSize(1);
        }
        assertThat(ada.got("e.x")).isEmpty();
        assertThat(bob.got("e.x")).hasSize(1);
        assertThat(eve.got("\"e.")).isEmpty();
    }

    @Test
    void onlyTheLatestWaitsForASlowPeerOfAnotherNode() {
        ClusterTown.Client slow = connectAs(b, "ada");
        slow.wire.whenWritable(slow.receiver::onWritable);
        slow.wire.hold();
        slow.peer.send("first", 0);
        for (int i = 1; i <= 5; i++) {
            a.endpoint.broadcaster().broadcastLatest("all", "k", i);
            a.endpoint.broadcaster().toUser("ada").sendLatest("user", "k", i);
            a.member(slow).sendLatest("member", "k", i);
            town.settle();
        }
        slow.wire.letGo();
        town.settle();
        assertThat(slow.got("\"e."))
                .extracting(each -> each.substring(0, each.lastIndexOf('}') + 1))
                .containsExactly(
                        WithEndpoints.event("first", "0"),
                        WithEndpoints.event("all", "5"),
                        WithEndpoints.event("user", "5"),
                        WithEndpoints.event("member", "5"));
    }

    @Test
    void theFirstAnswerOfAnyNodeCancelsTheOtherCalls() {
        ClusterTown.Client one = connect(a);
        ClusterTown.Client two = connect(b);
        ClusterTown.Client three = connect(c);
        XyAnswers<Integer> answers = a.endpoint.broadcaster().everybody().call("ask", 1, Integer.class);
        CompletableFuture<XyOutcome<Integer>> first = answers.first();
        answer(two, "ask", "{\"e\":\"reject.$n\",\"id\":$id,\"p\":{\"ok\":false,\"status\":409,\"message\":\"no\"}}");
        assertThat(first).isNotDone();
        answer(three, "ask", "{\"e\":\"resolve.$n\",\"id\":$id,\"p\":3}");
        assertThat(first).isCompleted();
        assertThat(first.join().value()).isEqualTo(3);
        assertThat(first.join().member()).isEqualTo(c.member(three));
        assertThat(one.got("cancel.ask")).hasSize(1);
        assertThat(answers.all()).isCompleted();
        assertThat(answers.all().join())
                .extracting(each -> each.isValue() ? 200 : each.error().status())
                .containsExactlyInAnyOrder(499, 409, 200);

        XyAnswers<Integer> more = a.endpoint.broadcaster().everybody().call("vote", 1, Integer.class);
        CompletableFuture<List<XyOutcome<Integer>>> two2 = more.quorum(2);
        answer(one, "vote", "{\"e\":\"resolve.$n\",\"id\":$id,\"p\":1}");
        answer(two, "vote", "{\"e\":\"resolve.$n\",\"id\":$id,\"p\":2}");
        assertThat(two2).isCompleted();
        assertThat(two2.join()).extracting(XyOutcome::value).containsExactly(1, 2);
        assertThat(three.got("cancel.vote")).hasSize(1);

        XyAnswers<Integer> none = a.endpoint.broadcaster().everybody().call("stop", 1, Integer.class);
        town.settle();
        none.cancel();
        town.settle();
        for (ClusterTown.Client each : List.of(one, two, three)) {
            assertThat(each.got("cancel.stop")).hasSize(1);
        }
        assertThat(none.all()).isCompleted();
        assertThat(none.all().join()).hasSize(3).allMatch(each -> each.error().status() == 499);
        assertThat(outcome(none.first())).startsWith("XyException 499");
        assertThat(outcome(a.endpoint
                        .broadcaster()
                        .toUser("nobody")
                        .call("x", Integer.class)
                        .first()))
                .startsWith("XyException 404");
    }

    interface Courier {
        @XyRpc("confirm")
        boolean confirm(String question);

        @XyRpc("confirm")
        CompletableFuture<Boolean> confirmLater(String question);

        @XyEvent("note")
        void note(String text);

        @XyEvent("note")
        int noteCounted(String text);

        @XyEvent("note")
        boolean noteAny(String text);
    }

    @Test
    void contractsReachMembersAndAudiencesOfOtherNodes() {
        ClusterTown.Client there = connectAs(b, "ada");
        ClusterTown.Client here = connectAs(a, "ada");
        Courier member = a.member(there).proxy(Courier.class);
        member.note("m");
        assertThat(member.noteCounted("m")).isEqualTo(1);
        assertThat(member.noteAny("m")).isTrue();
        CompletableFuture<Boolean> confirmed = member.confirmLater("?");
        answer(there, "confirm", "{\"e\":\"resolve.$n\",\"id\":$id,\"p\":true}");
        assertThat(confirmed).isCompletedWithValue(true);

        Courier users = a.endpoint.broadcaster().toUser("ada").proxy(Courier.class);
        users.note("u");
        assertThat(users.noteCounted("u")).isEqualTo(1);
        assertThat(users.noteAny("u")).isTrue();
        town.settle();
        assertThat(there.got("\"m\"")).hasSize(3);
        assertThat(there.got("\"u\"")).hasSize(3);
        assertThat(here.got("\"u\"")).hasSize(3);
        assertThatThrownBy(() -> users.confirm("?")).isInstanceOf(UnsupportedOperationException.class);

        XyAnswers<Boolean> answers =
                a.endpoint.broadcaster().toUser("ada").call(Courier.class, courier -> courier.confirm("all?"));
        answer(there, "confirm", "{\"e\":\"resolve.$n\",\"id\":$id,\"p\":true}");
        answer(here, "confirm", "{\"e\":\"resolve.$n\",\"id\":$id,\"p\":false}");
        assertThat(answers.all()).isCompleted();
        assertThat(answers.all().join()).extracting(XyOutcome::value).containsExactly(false, true);
        there.vanish();
        town.settle();
        assertThat(member.noteCounted("m")).isZero();
        assertThat(member.noteAny("m")).isFalse();
    }

    @Test
    void groupsOfMembersOfOtherNodesHaveTheSameLimits() {
        ClusterTown.Client client = connect(b);
        for (int i = 0; i < 100; i++) {
            join(b, client, "g" + i);
        }
        for (ClusterTown.Node node : List.of(b, a)) {
            CompletableFuture<Boolean> join = node.endpoint.groups().join(client.id(), "more");
            town.settle();
            assertThat(outcome(join)).startsWith("XyException 429 In 100 groups already");
            assertThat(outcome(node.endpoint.groups().join(client.id(), "x".repeat(201))))
                    .startsWith("XyException 400");
            assertThat(outcome(node.endpoint.groups().leave(client.id(), ""))).startsWith("XyException 400");
            assertThat(outcome(node.endpoint.groups().join("nobody", "north")))
                    .startsWith("XyNotConnectedException 503");
        }
        CompletableFuture<Boolean> leave = a.endpoint.groups().leave(client.id(), "g7");
        town.settle();
        assertThat(leave).isCompletedWithValue(true);
        CompletableFuture<Boolean> again = a.endpoint.groups().leave(client.id(), "g7");
        CompletableFuture<Boolean> longest = a.endpoint.groups().join(client.id(), "x".repeat(200));
        town.settle();
        assertThat(again).isCompletedWithValue(false);
        assertThat(longest).isCompletedWithValue(true);
        assertThat(c.endpoint.presence().inGroup("x".repeat(200))).hasSize(1);

        town.bus.cut("a");
        town.advance(4_000);
        assertThat(a.heard).contains("cut off");
        assertThat(outcome(a.endpoint.groups().join(client.id(), "north"))).startsWith("XyNotConnectedException 503");
        assertThat(outcome(a.member(client).call("any", null, String.class))).startsWith("XyNotConnectedException 503");
    }

    @Test
    void aUserOfTwoNodesComesAndGoesOnce() {
        ClusterTown.Client one = connectAs(a, "ada");
        ClusterTown.Client two = connectAs(b, "ada");
        one.vanish();
        town.advance(20_000);
        for (ClusterTown.Node node : town.nodes) {
            assertThat(node.heard).containsOnlyOnce("ada online").doesNotContain("ada offline");
            assertThat(node.endpoint.presence().isOnline("ada")).isTrue();
        }
        two.vanish();
        town.advance(3_000);
        for (ClusterTown.Node node : town.nodes) {
            assertThat(node.endpoint.presence().isOnline("ada")).isTrue();
            assertThat(node.endpoint.presence().users()).isEmpty();
            assertThat(node.endpoint.presence().ofUser("ada")).isEmpty();
        }
        ClusterTown.Client back = connectAs(c, "ada");
        town.advance(20_000);
        for (ClusterTown.Node node : town.nodes) {
            assertThat(node.heard).containsOnlyOnce("ada online").doesNotContain("ada offline");
        }
        back.peer.identify(() -> "bob");
        town.advance(20_000);
        for (ClusterTown.Node node : town.nodes) {
            assertThat(node.heard)
                    .containsSubsequence("ada online", "bob online", "ada offline")
                    .containsOnlyOnce("ada online", "bob online", "ada offline")
                    .containsOnlyOnce("up " + one.id(), "up " + two.id(), "up " + back.id())
                    .containsOnlyOnce("gone " + one.id(), "gone " + two.id());
            assertThat(node.endpoint.presence().ofUser("bob")).containsExactly(back.peer);
        }
    }

    @Test
    void usersOfANodeThatStopsHaveItsReturnWindowAndOthersHearTheCloseCode() {
        ClusterTown.Client client = connectAs(b, "ada");
        b.endpoint.shutdown(Duration.ZERO, Duration.ofSeconds(10));
        town.advance(100);
        assertThat(a.goneWith).containsEntry(client.id(), 1001);
        assertThat(c.goneWith).containsEntry(client.id(), 1001);
        b.endpoint.leaveCluster();
        town.settle();
        b.endpoint.close();
        town.advance(12_000);
        assertThat(a.heard).contains("node left").doesNotContain("ada offline");
        assertThat(a.endpoint.presence().isOnline("ada")).isTrue();
        town.advance(5_000);
        assertThat(a.heard).containsOnlyOnce("ada offline");
        assertThat(c.heard).containsOnlyOnce("ada offline");
    }

    @Test
    void everyNodeHearsTheCloseCode() {
        ClusterTown.Client closed = connect(b);
        ClusterTown.Client killed = connect(c);
        closed.receiver.onClosed(4001, "bye");
        town.settle();
        town.bus.cut("c");
        town.advance(7_000);
        assertThat(a.goneWith).containsEntry(closed.id(), 4001).containsEntry(killed.id(), 1006);
        assertThat(b.goneWith).containsEntry(closed.id(), 4001).containsEntry(killed.id(), 1006);
        assertThat(a.endpoint.presence().size()).isZero();
    }

    @Test
    void aNodeIsToldToHaveJoinedOnceItsMembersAreListed() {
        connect(a);
        connectAs(b, "bob");
        List<Long> listed = new ArrayList<>();
        town.start(
                "d",
                settings -> settings.clusterListener(new XyClusterListener() {
                    @Override
                    public void joined(String node) {
                        ClusterTown.Node d = town.nodes.get(town.nodes.size() - 1);
                        listed.add(d.endpoint.presence().members().stream()
                                .filter(member -> member.node().equals(node))
                                .count());
                    }
                }));
        assertThat(listed).containsExactlyInAnyOrder(1L, 1L, 0L);
    }

    @Test
    void aNodeThatHasJustStartedHearsOfLaterChangesOnly() {
        ClusterTown.Client ada = connectAs(a, "ada");
        join(a, ada, "north");
        ClusterTown.Client bob = connectAs(b, "bob");
        ClusterTown.Node d = town.start("d");
        assertThat(d.heard).containsOnly("connected", "node joined");
        assertThat(d.endpoint.presence().size()).isEqualTo(2);
        assertThat(d.endpoint.presence().inGroup("north")).containsExactly(ada.peer);
        assertThat(d.endpoint.presence().users()).containsExactlyInAnyOrder("ada", "bob");
        d.heard.clear();
        ClusterTown.Client second = connectAs(a, "ada");
        join(b, bob, "south");
        bob.vanish();
        town.advance(6_000);
        assertThat(d.heard)
                .containsExactlyInAnyOrder(
                        "up " + second.id(), "joined south " + bob.id(), "gone " + bob.id(), "bob offline");
        d.heard.clear();
        town.bus.cut("a");
        town.advance(12_000);
        assertThat(d.heard)
                .containsExactlyInAnyOrder("gone " + ada.id(), "gone " + second.id(), "node lost", "ada offline");
    }

    @Test
    void aPeerInItsConnectHookIsInNoOtherNodesDirectory() {
        List<String> seen = new ArrayList<>();
        XyConnectionListener hook = new XyConnectionListener() {
            @Override
            public void connected(XyPeer peer) {
                peer.identify(() -> "ada");
                ClusterTown.Node d = town.nodes.get(3);
                d.endpoint.groups().join(peer, "north");
                town.settle();
                d.endpoint.broadcaster().toGroup("north").send("early", 1);
                a.endpoint.broadcaster().toGroup("north").send("early", 1);
                town.settle();
                seen.add("here " + d.endpoint.presence().inGroup("north").size());
                seen.add("there " + a.endpoint.presence().size());
                if (seen.size() > 2) {
                    throw new XyException(403, "Not today");
                }
            }

            @Override
            public void disconnected(XyPeer peer, int code, String reason) {}
        };
        ClusterTown.Node d = town.start("d", settings -> settings.connectionListener(hook));
        ClusterTown.Client client = connect(d);
        assertThat(seen).containsExactly("here 1", "there 0");
        assertThat(client.got("early")).isEmpty();
        for (ClusterTown.Node node : town.nodes) {
            assertThat(node.member(client).user()).isEqualTo("ada");
            assertThat(node.member(client).groups()).containsExactly("north");
            assertThat(node.heard)
                    .filteredOn(each -> !each.contains("node") && !each.equals("connected"))
                    .containsExactlyInAnyOrder("up " + client.id(), "joined north " + client.id(), "ada online");
        }
        a.heard.clear();
        ClusterTown.Client refused = connect(d);
        assertThat(seen).endsWith("here 2", "there 1");
        refused.vanish();
        town.settle();
        assertThat(a.heard).isEmpty();
        assertThat(a.endpoint.presence().size()).isEqualTo(1);
    }

    @Test
    void interceptorsOfTheNodeOfThePeerSeeEachMessageOnce() {
        List<String> seen = new ArrayList<>();
        XyInterceptor interceptor = new XyInterceptor() {
            @Override
            public CompletionStage<XyPayload> outgoingCall(XyMessage call, Chain<CompletionStage<XyPayload>> chain)
                    throws Exception {
                seen.add("call " + call.name() + " " + call.peer().id());
                if (call.name().equals("secret")) {
                    throw new XyException(403, "Not this");
                }
                return chain.proceed(call);
            }

            @Override
            public boolean outgoingEvent(XyMessage event, Chain<Boolean> chain) throws Exception {
                seen.add("event " + event.name() + " " + event.peer().id());
                return !event.name().equals("secret") && chain.proceed(event);
            }
        };
        ClusterTown.Node d = town.start("d", settings -> settings.interceptor(interceptor));
        ClusterTown.Client client = connect(d);
        ClusterTown.Client other = connect(a);
        for (String name : List.of("open", "secret")) {
            CompletableFuture<Integer> call = a.member(client).call(name, 1, Integer.class);
            XyAnswers<Integer> many =
                    a.endpoint.broadcaster().everybody().except(other.peer).call(name, 1, Integer.class);
            town.settle();
            if (name.equals("open")) {
                for (String each : client.got("c.open")) {
                    say(client, "{\"e\":\"resolve.open\",\"id\":" + idOf(each) + ",\"p\":1}");
                }
                assertThat(call).isCompletedWithValue(1);
                assertThat(many.first()).isCompleted();
                assertThat(many.first().join().value()).isEqualTo(1);
            } else {
                assertThat(outcome(call)).startsWith("XyException 403 Not this");
                assertThat(outcome(many.first())).startsWith("XyException 403 Not this");
            }
            a.member(client).send(name, 1);
            a.endpoint.broadcaster().broadcast(name, 1);
            town.settle();
        }
        assertThat(seen)
                .containsExactlyInAnyOrder(
                        "call open " + client.id(),
                        "call open " + client.id(),
                        "event open " + client.id(),
                        "event open " + client.id(),
                        "call secret " + client.id(),
                        "call secret " + client.id(),
                        "event secret " + client.id(),
                        "event secret " + client.id());
        assertThat(client.got("secret")).isEmpty();
        assertThat(client.got("e.open")).hasSize(2);
        seen.clear();
        var unused = d.member(other).call("open", 1, Integer.class);
        d.member(other).send("open", 1);
        d.endpoint.broadcaster().everybody().except(client.peer).send("open", 1);
        town.settle();
        assertThat(seen).isEmpty(); // intercepted where the peer is
        assertThat(other.got("\"e.open\"")).hasSize(3);
    }

    @Test
    void aPayloadWithLineBreaksIsRelayedWhole() {
        ClusterTown.Client from = connect(a);
        ClusterTown.Client to = connect(b);
        a.endpoint.handlers().register("relay", (function, payload, peer) -> {
            a.endpoint.broadcaster().broadcast("relayed", payload);
            return a.member(to).send("relayed", payload);
        });
        say(from, "{\"e\":\"c.relay\",\"id\":\"1\",\"p\":{\n \"x\":\r\n [1,\n2]}}");
        assertThat(to.got("relayed")).hasSize(2).allMatch(each -> each.replaceAll("\\s", "")
                .contains("\"p\":{\"x\":[1,2]}}"));
    }

    @Test
    void namesOfUsersMayBeAnyButMembersStayKnown() {
        String name = "u".repeat(196) + "\n\"ü\"";
        ClusterTown.Client client = connectAs(b, name);
        assertThat(a.endpoint.presence().ofUser(name)).hasSize(1);
        a.endpoint.broadcaster().toUser(name).send("note", 1);
        town.settle();
        assertThat(client.got("e.note")).hasSize(1);
        ClusterTown.Node d = town.start("d");
        assertThat(d.endpoint.presence().ofUser(name)).hasSize(1);
    }

    @Test
    void aMemberThatHasGoneIsUnavailableAtOnce() {
        ClusterTown.Client client = connect(b);
        XyMember member = a.member(client);
        CompletableFuture<String> pending = member.call("any", null, String.class);
        town.settle();
        client.vanish();
        town.settle();
        assertThat(pending).isCompletedExceptionally();
        assertThatThrownBy(pending::join).hasCauseInstanceOf(XyNotConnectedException.class);
        CompletableFuture<String> late = member.call("any", null, String.class);
        town.settle();
        assertThat(late).isCompletedExceptionally();
        assertThatThrownBy(late::join).hasCauseInstanceOf(XyNotConnectedException.class);
        assertThatThrownBy(() -> member.close(1006, "")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> member.send("x".repeat(201), 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> member.call("any", new Object(), String.class))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void callsFailWhenTheirNodeIsLostOrThisOneIsCutOff() {
        ClusterTown.Client here = connect(a);
        ClusterTown.Client there = connect(b);
        ClusterTown.Client lost = connect(c);
        Duration long_ = Duration.ofMinutes(1);
        XyAnswers<Integer> many =
                a.endpoint.broadcaster().everybody().withTimeout(long_).call("ask", 1, Integer.class);
        CompletableFuture<Integer> one = a.member(lost).withTimeout(long_).call("ask", 1, Integer.class);
        CompletableFuture<Integer> ofCutOff = c.member(here).withTimeout(long_).call("ask", 1, Integer.class);
        town.settle();
        town.bus.cut("c");
        town.advance(4_500);
        assertThat(c.heard).contains("cut off");
        assertThat(outcome(ofCutOff)).startsWith("XyNotConnectedException 503");
        XyAnswers<Integer> byCutOff = c.endpoint.broadcaster().everybody().call("cut", 1, Integer.class);
        answer(lost, "cut", "{\"e\":\"resolve.$n\",\"id\":$id,\"p\":1}");
        assertThat(byCutOff.all()).isCompleted();
        assertThat(byCutOff.all().join())
                .extracting(each -> each.isValue() ? 200 : each.error().status())
                .containsExactly(200, 503, 503);
        town.advance(2_000);
        assertThat(outcome(one)).startsWith("XyNotConnectedException 503");
        for (ClusterTown.Client each : List.of(here, there)) {
            String first = each.got("c.ask").get(0);
            say(each, "{\"e\":\"resolve.ask\",\"id\":" + idOf(first) + ",\"p\":1}");
        }
        assertThat(many.all()).isCompleted();
        assertThat(many.all().join())
                .extracting(each -> each.isValue() ? 200 : each.error().status())
                .containsExactlyInAnyOrder(200, 200, 503);
        town.bus.heal("c");
        town.advance(4_000);
        for (ClusterTown.Node node : town.nodes) {
            assertThat(node.endpoint.presence().size()).isEqualTo(3);
        }
        CompletableFuture<Integer> again = a.member(lost).call("again", 1, Integer.class);
        answer(lost, "again", "{\"e\":\"resolve.$n\",\"id\":$id,\"p\":1}");
        assertThat(again).isCompletedWithValue(1);
    }

    @Test
    void everyNodeHearsOfEachGroupOnceAndOfALostUserAfterTheLingerTime() {
        ClusterTown.Client ada = connectAs(c, "ada");
        join(c, ada, "north");
        town.settle();
        c.endpoint.groups().leave(ada.peer, "north");
        join(c, ada, "south");
        town.settle();
        for (ClusterTown.Node node : town.nodes) {
            assertThat(node.heard)
                    .containsSubsequence(
                            "up " + ada.id(),
                            "joined north " + ada.id(),
                            "left north " + ada.id(),
                            "joined south " + ada.id())
                    .containsOnlyOnce("joined north " + ada.id(), "left north " + ada.id(), "joined south " + ada.id());
        }
        a.heard.clear();
        town.bus.cut("c");
        town.advance(6_500);
        assertThat(a.heard).containsExactlyInAnyOrder("gone " + ada.id(), "node lost");
        assertThat(a.endpoint.presence().isOnline("ada")).isTrue();
        town.advance(5_000);
        assertThat(a.heard).containsExactlyInAnyOrder("gone " + ada.id(), "node lost", "ada offline");
        a.heard.clear();
        town.bus.heal("c");
        town.advance(4_000);
        assertThat(a.heard)
                .containsExactlyInAnyOrder("node joined", "up " + ada.id(), "joined south " + ada.id(), "ada online");
        assertThat(c.heard).containsOnlyOnce("ada online").doesNotContain("ada offline");
    }

    @Test
    void anAudienceMayBeLarge() {
        List<ClusterTown.Client> clients = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            clients.add(b.connect());
            join(b, clients.get(i), "all");
        }
        town.settle();
        int before = town.frames.size();
        XyAnswers<Integer> answers =
                a.endpoint.broadcaster().toGroup("all").call("ask", "x".repeat(10_000), Integer.class);
        town.settle();
        for (ClusterTown.Client client : clients) {
            WithEndpoints.text(
                    client.peer.connection,
                    "{\"e\":\"resolve.ask\",\"id\":" + idOf(client.got("c.ask").get(0)) + ",\"p\":7}");
        }
        town.settle();
        assertThat(answers.all()).isCompleted();
        assertThat(answers.all().join()).hasSize(3_000).allMatch(each -> Integer.valueOf(7)
                .equals(each.value()));
        assertThat(town.frames).hasSize(before);
    }

    @Test
    void tooManyCallsToAPeerAreRefusedAlikeFromAnyNode() {
        ClusterTown.Node d = town.start("d", settings -> settings.limits(XyLimits.DEFAULT.withMaxPendingCalls(2)));
        ClusterTown.Client client = connect(d);
        d.member(client).call("x", 1, String.class);
        d.member(client).call("x", 1, String.class);
        String local = outcome(d.member(client).call("x", 1, String.class));
        CompletableFuture<String> remote = a.member(client).call("x", 1, String.class);
        town.settle();
        assertThat(outcome(remote)).isEqualTo(local).startsWith("XyException 429");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatHappensDuringACutIsToldOnceAfterIt(boolean oneWay) {
        ClusterTown.Client ada = connectAs(a, "ada");
        ClusterTown.Client bob = connectAs(b, "bob");
        town.nodes.forEach(node -> node.heard.clear());
        if (oneWay) {
            town.bus.cut("a", false, true);
        } else {
            town.bus.cut("a");
        }
        ClusterTown.Client eve = connectAs(b, "eve");
        join(b, eve, "north");
        ClusterTown.Client joe = connectAs(a, "joe");
        join(a, ada, "south");
        bob.vanish();
        town.advance(4_100);
        assertThat(a.heard).contains("cut off");
        assertThat(a.knows(bob)).isTrue();
        town.bus.heal("a");
        town.advance(10_000);
        assertThat(a.heard)
                .containsExactlyInAnyOrder(
                        "cut off",
                        "connected",
                        "up " + eve.id(),
                        "joined north " + eve.id(),
                        "eve online",
                        "gone " + bob.id(),
                        "bob offline",
                        "up " + joe.id(),
                        "joe online",
                        "joined south " + ada.id());
        for (ClusterTown.Node node : List.of(b, c)) {
            assertThat(node.heard)
                    .containsExactlyInAnyOrder(
                            "up " + eve.id(),
                            "joined north " + eve.id(),
                            "eve online",
                            "gone " + bob.id(),
                            "bob offline",
                            "up " + joe.id(),
                            "joe online",
                            "joined south " + ada.id());
        }
    }

    @Test
    void aCloseReachesAMemberOnceItsNodeIsBack() {
        ClusterTown.Client client = connect(b);
        town.bus.cut("b");
        a.member(client).close(4401, "disabled");
        town.advance(3_500);
        town.bus.heal("b");
        town.advance(3_000);
        assertThat(a.goneWith).containsEntry(client.id(), 4401);
        assertThat(c.goneWith).containsEntry(client.id(), 4401);
    }
}
