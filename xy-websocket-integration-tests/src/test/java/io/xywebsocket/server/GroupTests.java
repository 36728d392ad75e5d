package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyAnswers;
import io.xywebsocket.XyBroadcaster;
import io.xywebsocket.XyEvent;
import io.xywebsocket.XyGroups;
import io.xywebsocket.XyMember;
import io.xywebsocket.XyNotConnectedException;
import io.xywebsocket.XyOutcome;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyPresence;
import io.xywebsocket.XyPresenceListener;
import io.xywebsocket.XyRpc;
import io.xywebsocket.spring.XyConnectedEvent;
import io.xywebsocket.spring.XyJoinedEvent;
import io.xywebsocket.spring.XyLeftEvent;
import io.xywebsocket.spring.XyMemberConnectedEvent;
import io.xywebsocket.spring.XyMemberGoneEvent;
import io.xywebsocket.spring.XyUserOfflineEvent;
import io.xywebsocket.spring.XyUserOnlineEvent;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;

/** Groups, users, presence and calls to many in an application with logins. */
@Tag("server")
class GroupTests {

    private static App app;

    interface DepotEvents {
        @XyEvent("depot.closed")
        void closed(String why);
    }

    @Configuration(proxyBeanMethods = false)
    @EnableMethodSecurity
    static class Rules {}

    static class Depots {

        private final XyGroups groups;

        Depots(XyGroups groups) {
            this.groups = groups;
        }

        /** As if the application knew what the user's page shows. */
        @EventListener
        void on(XyConnectedEvent event) {
            String query = event.peer().handshake().uri().getQuery();
            if (query != null) {
                groups.join(event.peer(), query);
            }
        }

        @XyRpc("depot.watch")
        @PreAuthorize("authentication.name == 'ada'")
        boolean watch(String depot, XyMember member) {
            return groups.join((XyPeer) member, depot);
        }

        @XyRpc("depot.leave")
        boolean leave(String depot, XyPeer peer) {
            return groups.leave(peer, depot);
        }

        @XyRpc("depot.mine")
        Set<String> mine(XyPeer peer) {
            return peer.groups();
        }
    }

    /** Notes what is published; its listeners fail, which concerns nothing else. */
    static class Diary {

        final BlockingQueue<String> entries = new LinkedBlockingQueue<>();

        @EventListener
        void on(XyMemberConnectedEvent event) {
            note("connected " + event.member().user());
            throw new IllegalStateException("a listener of the application fails");
        }

        @EventListener
        void on(XyMemberGoneEvent event) {
            note("gone " + event.member().user() + " " + event.code());
        }

        @EventListener
        void on(XyJoinedEvent event) {
            note("joined " + event.member().user() + " " + event.group());
            throw new IllegalStateException("a listener of the application fails");
        }

        @EventListener
        void on(XyLeftEvent event) {
            note("left " + event.member().user() + " " + event.group());
        }

        @EventListener
        void on(XyUserOnlineEvent event) {
            note("online " + event.user());
        }

        @EventListener
        void on(XyUserOfflineEvent event) {
            note("offline " + event.user());
        }

        private void note(String entry) {
            entries.add(entry);
        }

        String next() throws InterruptedException {
            return String.valueOf(entries.poll(10, TimeUnit.SECONDS));
        }
    }

    /** The bean of the application's own listener. */
    static class Counter implements XyPresenceListener {

        final BlockingQueue<String> joined = new LinkedBlockingQueue<>();

        @Override
        public void joined(XyMember member, String group) {
            joined.add(group);
        }
    }

    @BeforeAll
    static void start() {
        app = App.secured("xy.websocket.presence.linger=0s", "xy.websocket.max-groups-per-peer=3")
                .start(Depots.class, Diary.class, Counter.class, Rules.class, Tokens.ResourceServer.class);
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @AfterEach
    void disconnectAll() {
        app.bean(XyPresence.class).members().forEach(XyMember::close);
        await().untilAsserted(
                        () -> assertThat(app.endpoint().statistics().closing()).isZero());
        await().untilAsserted(
                        () -> assertThat(app.bean(XyPresence.class).size()).isZero());
        Diary diary = app.bean(Diary.class);
        await().until(() -> diary.entries.stream()
                        .filter(e -> e.startsWith("gone"))
                        .count()
                == diary.entries.stream().filter(e -> e.startsWith("connected")).count());
        diary.entries.clear();
    }

    private static RawClient connect(String user, String... depots) {
        String query = depots.length == 0 ? "" : "?" + depots[0];
        RawClient client = app.handshake()
                .path("/ws" + query)
                .header("Authorization", "Bearer " + Tokens.of(user))
                .open();
        assertThat(client.call("depot.mine", "null").next()).contains("resolve"); // is let in
        return client;
    }

    private static XyMember member(String user) {
        return app.bean(XyPresence.class).ofUser(user).get(0);
    }

    private static XyBroadcaster broadcaster() {
        return app.bean(XyBroadcaster.class);
    }

    @Test
    void aGroupJoinedInTheConnectHookIsInForceBeforeAnythingElseOfThatPeer() {
        RawClient client = app.handshake()
                .path("/ws?north")
                .header("Authorization", "Bearer " + Tokens.of("bob"))
                .open();

        assertThat(client.call("depot.mine", "null").next()).endsWith("\"p\":[\"north\"]}");
        assertThat(broadcaster().toGroup("north").send("parcel", 7)).isEqualTo(1);
        assertThat(client.next()).isEqualTo("{\"e\":\"e.parcel\",\"p\":7}");
    }

    @Test
    void methodSecurityDecidesWhoMayJoin() {
        RawClient ada = connect("ada");
        RawClient bob = connect("bob");

        assertThat(ada.call("depot.watch", "\"north\"").next()).endsWith("\"p\":true}");
        assertThat(bob.call("depot.watch", "\"north\"").next()).contains("reject.", "\"status\":403");

        assertThat(broadcaster().toGroup("north", "south").send("parcel", 7)).isEqualTo(1);
        assertThat(ada.next()).isEqualTo("{\"e\":\"e.parcel\",\"p\":7}");
        assertThat(ada.call("depot.leave", "\"north\"").next()).endsWith("\"p\":true}");
        assertThat(broadcaster().toGroup("north", "south").send("parcel", 8)).isZero();
        assertThat(bob.call("depot.mine", "null").next()).endsWith("\"p\":[]}");
    }

    @Test
    void oneGroupTooManyIsRefusedWith429() {
        RawClient ada = connect("ada", "one");

        assertThat(ada.call("depot.watch", "\"two\"").next()).endsWith("\"p\":true}");
        assertThat(ada.call("depot.watch", "\"three\"").next()).endsWith("\"p\":true}");
        assertThat(ada.call("depot.watch", "\"three\"").next()).endsWith("\"p\":false}");
        assertThat(ada.call("depot.watch", "\"four\"").next()).contains("\"status\":429");
        assertThat(ada.call("depot.watch", "\"\"").next()).contains("\"status\":400");
        assertThat(member("ada").groups()).containsExactlyInAnyOrder("one", "two", "three");
    }

    @Test
    void membersJoinAndLeaveFromOutsideById() {
        RawClient bob = connect("bob");
        XyGroups groups = app.bean(XyGroups.class);
        String id = member("bob").id();

        assertThat(groups.join(id, "north").join()).isTrue();
        assertThat(groups.join(id, "north").join()).isFalse();
        assertThat(bob.call("depot.mine", "null").next()).endsWith("\"p\":[\"north\"]}");
        assertThat(groups.leave(id, "north").join()).isTrue();
        assertThatThrownBy(() -> groups.join("nobody", "north").join())
                .hasCauseInstanceOf(XyNotConnectedException.class);
    }

    @Test
    void theApplicationHearsOfMembersGroupsAndUsers() throws InterruptedException {
        Diary diary = app.bean(Diary.class);
        RawClient first = connect("ada", "north");
        assertThat(List.of(diary.next(), diary.next(), diary.next()))
                .containsExactlyInAnyOrder("joined ada north", "connected ada", "online ada");
        RawClient second = connect("ada");
        assertThat(diary.next()).isEqualTo("connected ada"); // was online
        second.call("depot.watch", "\"south\"").next();
        assertThat(diary.next()).isEqualTo("joined ada south");
        second.call("depot.leave", "\"south\"").next();
        assertThat(diary.next()).isEqualTo("left ada south");

        second.sendClose(1000, "");
        assertThat(diary.next()).isEqualTo("gone ada 1000");
        assertThat(app.bean(XyPresence.class).isOnline("ada")).isTrue();
        first.vanish();

        assertThat(List.of(diary.next(), diary.next())) // the end of a connection is no leaving
                .containsExactlyInAnyOrder("gone ada 1006", "offline ada");
        assertThat(app.bean(Counter.class).joined).contains("north", "south");
    }

    @Test
    void aUserWhoIsDisabledIsDisconnectedEverywhere() {
        RawClient first = connect("ada");
        RawClient second = connect("ada");
        RawClient bob = connect("bob");

        app.bean(XyPresence.class).ofUser("ada").forEach(member -> member.close(4401, "disabled"));

        assertThat(first.closing()).isEqualTo(new RawClient.Closing(4401, "disabled"));
        assertThat(second.closing()).isEqualTo(new RawClient.Closing(4401, "disabled"));
        assertThat(bob.call("depot.mine", "null").next()).contains("resolve");
    }

    @Test
    void eventsReachUsersAndExceptThoseWhoAreLeftOut() {
        RawClient ada = connect("ada", "north");
        RawClient bob = connect("bob", "north");

        assertThat(broadcaster().toUser("bob", "eve").send("note", 1)).isEqualTo(1);
        assertThat(broadcaster().toGroup("north").except(member("bob")).send("note", 2))
                .isEqualTo(1);
        broadcaster().toGroup("north").proxy(DepotEvents.class).closed("snow");

        assertThat(bob.next()).isEqualTo("{\"e\":\"e.note\",\"p\":1}");
        assertThat(bob.next()).isEqualTo("{\"e\":\"e.depot.closed\",\"p\":\"snow\"}");
        assertThat(ada.next()).isEqualTo("{\"e\":\"e.note\",\"p\":2}");
        assertThat(ada.next()).isEqualTo("{\"e\":\"e.depot.closed\",\"p\":\"snow\"}");
    }

    @Test
    void aCallToAGroupHasOneOutcomeForEachMember() {
        RawClient answers = connect("ada", "north");
        RawClient refuses = connect("bob", "north");
        RawClient isSilent = connect("cy", "north");
        RawClient vanishes = connect("dora", "north");

        XyAnswers<Boolean> outcomes = broadcaster()
                .toGroup("north")
                .withTimeout(Duration.ofSeconds(5)) // the silent one takes all of it
                .call("confirm", "Closed today?", Boolean.class);
        answers.send("{\"e\":\"resolve.confirm\",\"id\":" + id(answers.next()) + ",\"p\":true}");
        refuses.send("{\"e\":\"reject.confirm\",\"id\":" + id(refuses.next())
                + ",\"p\":{\"ok\":false,\"status\":409,\"message\":\"No\"}}");
        assertThat(isSilent.next()).startsWith("{\"e\":\"c.confirm\"");
        assertThat(vanishes.next()).startsWith("{\"e\":\"c.confirm\"");
        vanishes.vanish();

        assertThat(outcomes.asked()).hasSize(4);
        assertThat(outcomes.await())
                .extracting(outcome -> outcome.member().user() + " " + result(outcome))
                .containsExactlyInAnyOrder("ada true", "bob 409", "cy 504", "dora 503");
    }

    private static Object result(XyOutcome<Boolean> outcome) {
        return outcome.error() == null
                ? String.valueOf(outcome.value())
                : outcome.error().status();
    }

    private static String id(String call) {
        int start = call.indexOf("\"id\":") + 5;
        return call.substring(start, call.indexOf(',', start));
    }
}
