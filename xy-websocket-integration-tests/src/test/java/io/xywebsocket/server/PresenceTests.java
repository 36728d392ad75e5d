package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyBroadcaster;
import io.xywebsocket.XyException;
import io.xywebsocket.XyGroups;
import io.xywebsocket.XyMember;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyPeers;
import io.xywebsocket.XyPresence;
import io.xywebsocket.XyPresenceListener;
import io.xywebsocket.XyRpc;
import io.xywebsocket.client.XyClient;
import io.xywebsocket.spring.XyConnectedEvent;
import io.xywebsocket.spring.XyUserOfflineEvent;
import io.xywebsocket.spring.XyUserOnlineEvent;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationProvider;

/**
 * Users who come, go and come back, and their groups, with Java clients that log in and reconnect. Each test has users of its own, as
 * those of another may still linger.
 */
@Tag("server")
class PresenceTests {

    private static App patient;
    private static App quick;

    private final List<XyClient> clients = new ArrayList<>();

    static class Office {

        private final XyGroups groups;
        private final XyBroadcaster broadcaster;
        private final JwtAuthenticationProvider logins;

        Office(XyGroups groups, XyBroadcaster broadcaster, JwtDecoder decoder) {
            this.groups = groups;
            this.broadcaster = broadcaster;
            this.logins = new JwtAuthenticationProvider(decoder);
        }

        @EventListener
        void rejoin(XyConnectedEvent event) {
            groups.join(event.peer(), "tenant:" + event.peer().user());
        }

        @EventListener
        void tellPages(XyUserOnlineEvent event) {
            broadcaster.here().send("online", event.user());
        }

        @EventListener
        void tellPages(XyUserOfflineEvent event) {
            broadcaster.here().send("offline", event.user());
        }

        @XyRpc("login.renew")
        void renew(String token, XyPeer peer) {
            peer.identify(logins.authenticate(new BearerTokenAuthenticationToken(token)));
        }

        @XyRpc("room.enter")
        boolean enter(String room, XyPeer peer) {
            return groups.join(peer, room);
        }
    }

    @Order(2)
    static class Second implements XyPresenceListener {

        final Queue<String> heard;

        Second(First first) {
            heard = first.heard;
        }

        @Override
        public void userOnline(String user) {
            heard.add("second " + user);
        }
    }

    @Order(1)
    static class First implements XyPresenceListener {

        final Queue<String> heard = new ConcurrentLinkedQueue<>();

        @Override
        public void userOnline(String user) {
            heard.add("first " + user);
            throw new IllegalStateException("a listener of the application fails");
        }
    }

    @BeforeAll
    static void start() {
        patient = App.secured("xy.websocket.presence.linger=1h")
                .start(Office.class, Second.class, First.class, Tokens.ResourceServer.class);
        quick = App.secured("xy.websocket.presence.linger=300ms").start(Office.class, Tokens.ResourceServer.class);
    }

    @AfterAll
    static void stop() {
        patient.close();
        quick.close();
    }

    @AfterEach
    void disconnect() {
        clients.forEach(XyClient::close);
        for (App app : List.of(patient, quick)) {
            await().until(() -> app.endpoint().statistics().peers() == 0
                    && app.endpoint().statistics().closing() == 0);
        }
    }

    /** A connected client that notes who is online. */
    private XyClient connect(App app, String user, Queue<String> heard) {
        XyClient client = XyClient.builder(URI.create("ws://localhost:" + app.port() + "/ws"))
                .token(() -> Tokens.of(user))
                .backoff(Duration.ofMillis(20), Duration.ofMillis(200))
                .build();
        clients.add(client);
        for (String event : List.of("online", "offline", "note")) {
            client.handlers().on(event, String.class, text -> heard.add(event + " " + text));
        }
        client.connect().join();
        await().until(() -> app.bean(XyBroadcaster.class).toUser(user).members().stream()
                .anyMatch(member -> member.groups().contains("tenant:" + user)));
        return client;
    }

    private XyClient connect(App app, String user) {
        return connect(app, user, new ConcurrentLinkedQueue<>());
    }

    private static XyMember member(App app, String user) {
        return app.bean(XyPresence.class).ofUser(user).get(0);
    }

    @Test
    void pagesHearOfAUserWhoComesAndGoesForGood() {
        Queue<String> heard = new ConcurrentLinkedQueue<>();
        connect(quick, "eve", heard);
        XyClient fay = connect(quick, "fay");
        await().until(() -> heard.contains("online fay"));

        fay.close();

        await().until(() -> heard.contains("offline fay"));
        assertThat(quick.bean(XyPresence.class).isOnline("fay")).isFalse();
    }

    @Test
    void aUserWhoComesBackWithinTheLingerTimeMakesNoNoise() {
        Queue<String> heard = new ConcurrentLinkedQueue<>();
        connect(patient, "gus", heard);
        XyClient hal = connect(patient, "hal");
        await().until(() -> heard.contains("online hal"));
        XyPresence presence = patient.bean(XyPresence.class);

        hal.close();
        await().until(() -> presence.ofUser("hal").isEmpty());
        assertThat(presence.isOnline("hal")).isTrue();
        assertThat(presence.users()).containsExactly("gus");

        connect(patient, "hal");
        connect(patient, "ivy");
        await().until(() -> heard.contains("online ivy")); // users are told in order
        assertThat(heard.stream().filter(text -> text.endsWith(" hal"))).containsExactly("online hal");
    }

    @Test
    void twoPagesOfOneUserAreOneUser() {
        Queue<String> heard = new ConcurrentLinkedQueue<>();
        Queue<String> other = new ConcurrentLinkedQueue<>();
        XyClient first = connect(quick, "joy", heard);
        connect(quick, "joy", other);
        await().until(() -> quick.bean(XyPresence.class).ofUser("joy").size() == 2);

        assertThat(quick.bean(XyBroadcaster.class).toUser("joy").send("note", "both"))
                .isEqualTo(2);
        await().until(() -> heard.contains("note both") && other.contains("note both"));

        first.close();
        await().until(() -> quick.bean(XyPeers.class).ofUser("joy").size() == 1);
        assertThat(quick.bean(XyPresence.class).isOnline("joy")).isTrue();
        connect(quick, "kim");
        await().until(() -> other.contains("online kim"));
        assertThat(other).doesNotContain("offline joy");
    }

    @Test
    void groupsEndWithTheConnectionAndThoseOfTheConnectHookAreBackWithTheNext() {
        Queue<String> heard = new ConcurrentLinkedQueue<>();
        XyClient lee = connect(quick, "lee", heard);
        assertThat(lee.await("room.enter", "blue", Boolean.class)).isTrue();
        XyMember before = member(quick, "lee");
        assertThat(before.groups()).containsExactlyInAnyOrder("tenant:lee", "blue");

        before.close(3000, "come back");
        await().until(() -> quick.bean(XyPresence.class).ofUser("lee").stream()
                .anyMatch(member -> !member.equals(before) && member.groups().contains("tenant:lee")));

        assertThat(before.groups()).isEmpty();
        assertThat(quick.bean(XyPresence.class).groups()).containsExactly("tenant:lee");
        await().until(() -> lee.state() == XyClient.State.CONNECTED);
        assertThat(lee.await("room.enter", "blue", Boolean.class)).isTrue(); // the peer is let in, and in no such group
        assertThat(quick.bean(XyBroadcaster.class).toGroup("tenant:lee").send("note", "back"))
                .isEqualTo(1);
        await().until(() -> heard.contains("note back"));
    }

    @Test
    void eventsFollowALoginThatIsRenewedAsAnother() {
        Queue<String> heard = new ConcurrentLinkedQueue<>();
        XyClient client = connect(quick, "mia", heard);
        XyBroadcaster broadcaster = quick.bean(XyBroadcaster.class);

        client.await("login.renew", Tokens.of("ned"), Void.class);

        assertThat(broadcaster.toUser("mia").send("note", "mia's")).isZero();
        assertThat(broadcaster.toUser("ned").send("note", "ned's")).isEqualTo(1);
        assertThat(quick.bean(XyPeers.class).ofUser("mia")).isEmpty();
        assertThat(quick.bean(XyPeers.class).ofUser("ned")).hasSize(1);
        await().until(() -> heard.contains("note ned's"));
        await().until(() -> heard.contains("offline mia") && heard.contains("online ned"));
        assertThat(heard).doesNotContain("note mia's");
    }

    @Test
    void aPeerMayBeInAHundredGroups() {
        XyClient oda = connect(quick, "oda"); // in one
        for (int i = 1; i < 100; i++) {
            assertThat(oda.await("room.enter", "room " + i, Boolean.class)).isTrue();
        }
        assertThatThrownBy(() -> oda.await("room.enter", "room 100", Boolean.class))
                .isInstanceOfSatisfying(
                        XyException.class, error -> assertThat(error.status()).isEqualTo(429));
        assertThat(member(quick, "oda").groups()).hasSize(100);
    }

    @Test
    void listenersOfTheApplicationAreNotifiedInTheirOrder() {
        Queue<String> heard = patient.bean(First.class).heard;
        connect(patient, "dora");
        await().until(() -> heard.contains("second dora"));
        assertThat(heard.stream().filter(text -> text.endsWith(" dora"))).containsExactly("first dora", "second dora");
    }
}
