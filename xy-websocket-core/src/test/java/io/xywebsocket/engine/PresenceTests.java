package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyConnectionListener;
import io.xywebsocket.XyException;
import io.xywebsocket.XyMember;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyPresenceListener;
import java.security.Principal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PresenceTests extends WithEndpoints {

    private final List<String> told = new CopyOnWriteArrayList<>();
    private final ManualClock clock = new ManualClock();

    private final class Telling implements XyPresenceListener {

        @Override
        public void memberConnected(XyMember member) {
            told.add("connected " + member.user());
        }

        @Override
        public void memberGone(XyMember member, int code) {
            told.add("gone " + member.user() + " " + code);
        }

        @Override
        public void joined(XyMember member, String group) {
            told.add("joined " + group);
        }

        @Override
        public void left(XyMember member, String group) {
            told.add("left " + group);
        }

        @Override
        public void userOnline(String user) {
            told.add(user + " online");
        }

        @Override
        public void userOffline(String user) {
            told.add(user + " offline");
        }
    }

    private XyEndpoint telling(UnaryOperator<XyEndpointBuilder> settings) {
        return endpoint(builder -> settings.apply(builder).clock(clock).presenceListener(new Telling()));
    }

    private static @Nullable Principal user(@Nullable String name) {
        return name == null ? null : () -> name;
    }

    private RawPeer connectAs(XyEndpoint endpoint, String name) {
        RawPeer peer = connect(endpoint);
        peer.peer().identify(user(name));
        return peer;
    }

    @Test
    void membersAreFoundByIdAndUser() {
        XyEndpoint endpoint = endpoint();
        Instant before = Instant.now().minusSeconds(1);
        RawPeer ada = connectAs(endpoint, "ada");
        RawPeer nobody = connect(endpoint);

        assertThat(endpoint.presence().members()).containsExactlyInAnyOrder(ada.peer(), nobody.peer());
        assertThat(endpoint.presence().size()).isEqualTo(2);
        assertThat(endpoint.presence().find(ada.peer().id())).contains(ada.peer());
        assertThat(endpoint.presence().find("none")).isEmpty();
        assertThat(endpoint.presence().ofUser("ada")).containsExactly(ada.peer());
        assertThat(endpoint.presence().ofUser("bob")).isEmpty();
        assertThat(endpoint.presence().users()).containsExactly("ada");
        assertThat(ada.peer().user()).isEqualTo("ada");
        assertThat(nobody.peer().user()).isNull();
        assertThat(ada.peer().node())
                .matches("[0-9a-f]{12}")
                .isEqualTo(nobody.peer().node());
        assertThat(ada.peer().since()).isBetween(before, Instant.now());
    }

    @Test
    void anEventToAUserReachesAllItsPeersWhoeverItWasBefore() {
        XyEndpoint endpoint = endpoint();
        RawPeer first = connectAs(endpoint, "ada");
        RawPeer second = connectAs(endpoint, "ada");
        RawPeer other = connectAs(endpoint, "bob");

        assertThat(endpoint.broadcaster().toUser("ada").send("hello")).isEqualTo(2);
        assertThat(first.next()).isEqualTo(event("hello"));
        assertThat(second.next()).isEqualTo(event("hello"));

        second.peer().identify(user("bob"));
        assertThat(endpoint.broadcaster().toUser("ada").send("again")).isEqualTo(1);
        assertThat(endpoint.broadcaster().toUser("bob").send("bobs")).isEqualTo(2);
        assertThat(other.next()).isEqualTo(event("bobs"));
        second.peer().identify(null);
        assertThat(endpoint.presence().ofUser("bob")).containsExactly(other.peer());
    }

    @Test
    void aRenewedLoginHidesThePeerFromNoEventToItsUser() throws InterruptedException {
        XyEndpoint endpoint = endpoint();
        RawPeer ada = connectAs(endpoint, "ada");
        AtomicBoolean renews = new AtomicBoolean(true);
        Thread renewing = new Thread(() -> {
            while (renews.get()) {
                ada.peer().identify(user("ada"));
            }
        });
        renewing.start();
        try {
            for (int i = 0; i < 20_000; i++) {
                assertThat(endpoint.presence().ofUser("ada")).hasSize(1);
                assertThat(endpoint.peers().ofUser("ada")).hasSize(1);
            }
        } finally {
            renews.set(false);
            renewing.join();
        }
    }

    /** Else of two threads that identify a peer, one could decide what it says and the other where it is found. */
    @Test
    void aPeerSaysItsUserAndIsFoundByItInOneStep() throws InterruptedException {
        XyEndpoint endpoint = endpoint();
        RawPeer peer = connectAs(endpoint, "ada");
        Membership membership = ((ConnectionPeer) peer.peer()).connection.membership;
        Thread identifies = new Thread(() -> peer.peer().identify(user("bob")));
        synchronized (membership) {
            identifies.start();
            await().until(() -> identifies.getState() == Thread.State.BLOCKED);
            assertThat(peer.peer().user()).isEqualTo("ada");
            assertThat(endpoint.presence().users()).containsExactly("ada");
        }
        identifies.join();
        assertThat(peer.peer().user()).isEqualTo("bob");
        assertThat(endpoint.presence().users()).containsExactly("bob");
    }

    @Test
    void listenersHearOfMembersInOrder() {
        XyEndpoint endpoint = telling(settings -> settings.linger(Duration.ZERO));
        RawPeer ada = connect(endpoint);
        await().until(() -> told.contains("connected null"));
        ada.peer().identify(user("ada"));
        await().until(() -> told.contains("ada online"));
        endpoint.groups().join(ada.peer(), "north");
        endpoint.groups().join(ada.peer(), "south");
        endpoint.groups().leave(ada.peer(), "north");
        ada.peer().close(4000, "bye");
        await().until(() -> told.contains("gone ada 4000") && told.contains("ada offline"));

        assertThat(told.subList(0, 5))
                .containsExactly("connected null", "ada online", "joined north", "joined south", "left north");
        assertThat(told).hasSize(7);
    }

    @Test
    void aUserWhoComesBackWithinTheLingerTimeNeverWasAway() {
        XyEndpoint endpoint = telling(settings -> settings.linger(Duration.ofSeconds(5)));
        RawPeer first = connect(endpoint);
        await().until(() -> told.contains("connected null"));
        first.peer().identify(user("ada"));
        await().until(() -> told.contains("ada online"));

        first.vanish();
        awaitEnd(endpoint);
        assertThat(endpoint.presence().isOnline("ada")).isTrue();
        assertThat(endpoint.presence().users()).isEmpty();
        clock.advance(Duration.ofSeconds(4));
        RawPeer second = connect(endpoint);
        await().until(() -> told.stream().filter("connected null"::equals).count() == 2);
        second.peer().identify(user("ada"));
        clock.advance(Duration.ofSeconds(6)); // the heartbeat would end the connection later
        assertThat(endpoint.presence().isOnline("ada")).isTrue();

        second.vanish();
        awaitEnd(endpoint);
        clock.advance(Duration.ofSeconds(5));
        await().until(() -> told.contains("ada offline"));
        assertThat(endpoint.presence().isOnline("ada")).isFalse();
        assertThat(told.stream().filter("ada online"::equals)).hasSize(1);
        assertThat(told.stream().filter("ada offline"::equals)).hasSize(1);
    }

    @Test
    void listenersHearNothingOfAPeerThatIsRefusedThoughItHasJoinedAGroup() {
        XyEndpoint[] endpoint = new XyEndpoint[1];
        endpoint[0] = telling(settings -> settings.connectionListener(new XyConnectionListener() {
            @Override
            public void connected(XyPeer peer) {
                endpoint[0].groups().join(peer, "north");
                assertThat(endpoint[0].presence().inGroup("north")).containsExactly(peer);
                peer.identify(user("ada"));
                assertThat(endpoint[0].presence().isOnline("ada")).isTrue();
                throw new XyException(403, "no");
            }

            @Override
            public void disconnected(XyPeer peer, int code, String reason) {}
        }));
        RawPeer peer = connect(endpoint[0]);
        assertThat(peer.awaitClosed().code()).isEqualTo(4403);
        awaitEnd(endpoint[0]);
        assertThat(told).isEmpty();
        assertThat(endpoint[0].presence().inGroup("north")).isEmpty();
        assertThat(endpoint[0].presence().isOnline("ada")).isFalse();
    }

    @Test
    void aUserWhoIsIdentifiedInTheConnectHookIsOnlineOnceItHasReturned() {
        XyEndpoint endpoint = telling(settings -> settings.connectionListener(new XyConnectionListener() {
            @Override
            public void connected(XyPeer peer) {
                peer.identify(user("ada"));
            }

            @Override
            public void disconnected(XyPeer peer, int code, String reason) {}
        }));
        connect(endpoint);
        await().until(() -> told.size() == 2);
        assertThat(told).containsExactlyInAnyOrder("connected ada", "ada online");
    }

    @Test
    void whatConcernsOneMemberIsNotifiedInOrderWhicheverThreadsChangeIt() throws Exception {
        CountDownLatch joining = new CountDownLatch(1);
        CountDownLatch proceed = new CountDownLatch(1);
        XyEndpoint endpoint = endpoint(settings -> settings.presenceListener(new XyPresenceListener() {
                    @Override
                    public void joined(XyMember member, String group) {
                        joining.countDown();
                        awaitUninterruptibly(proceed);
                    }
                })
                .presenceListener(new Telling()));
        RawPeer peer = connect(endpoint);
        await().until(() -> told.contains("connected null"));
        Thread first = new Thread(() -> endpoint.groups().join(peer.peer(), "north"));
        first.start();
        assertThat(joining.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(endpoint.groups().leave(peer.peer(), "north")).isTrue(); // doesn't wait for the listener
        for (int i = 0; i < 1_000; i++) { // a peer that goes in and out makes nothing grow meanwhile
            assertThat(endpoint.groups().join(peer.peer(), "south")).isTrue();
            assertThat(endpoint.groups().leave(peer.peer(), "south")).isTrue();
        }
        peer.vanish();
        awaitEnd(endpoint);
        assertThat(told).containsExactly("connected null");
        proceed.countDown();
        first.join();
        assertThat(told).containsExactly("connected null", "joined north", "left north", "gone null 1006");
    }

    /** A change just before the connect hook returns finds nothing to notify of, and doesn't take it from the hook's thread. */
    @Test
    void noticesOfAMemberFollowEachOtherThoughAnotherThreadChangesItsGroups() {
        Set<String> notified = ConcurrentHashMap.newKeySet();
        AtomicInteger overlaps = new AtomicInteger();
        AtomicInteger changing = new AtomicInteger();
        AtomicReference<XyEndpoint> endpoint = new AtomicReference<>();
        endpoint.set(endpoint(settings -> settings.presenceListener(new XyPresenceListener() {
                    @Override
                    public void memberConnected(XyMember member) {
                        during(member);
                    }

                    @Override
                    public void joined(XyMember member, String group) {
                        during(member);
                    }

                    @Override
                    public void left(XyMember member, String group) {
                        during(member);
                    }

                    private void during(XyMember member) {
                        if (!notified.add(member.id())) {
                            overlaps.incrementAndGet();
                            return;
                        }
                        LockSupport.parkNanos(1_000);
                        notified.remove(member.id());
                    }
                })
                .connectionListener(new XyConnectionListener() {
                    @Override
                    public void connected(XyPeer peer) {
                        changing.incrementAndGet();
                        AtomicBoolean begun = new AtomicBoolean();
                        new Thread(() -> {
                                    for (int i = 0; i < 1_000; i++) {
                                        endpoint.get().groups().join(peer, "north");
                                        endpoint.get().groups().leave(peer, "north");
                                        begun.set(true);
                                    }
                                    changing.decrementAndGet();
                                })
                                .start();
                        while (!begun.get()) {
                            Thread.onSpinWait(); // to return while it changes them
                        }
                    }

                    @Override
                    public void disconnected(XyPeer peer, int code, String reason) {}
                })));
        for (int i = 0; i < 300; i++) {
            connect(endpoint.get());
        }
        await().until(() -> endpoint.get().peers().size() == 300 && changing.get() == 0);
        assertThat(overlaps).hasValue(0);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void listenersRunWithoutALockThoughTheExecutorRunsTasksAtOnce() {
        AtomicReference<XyEndpoint> endpoint = new AtomicReference<>();
        CompletableFuture<String> other = new CompletableFuture<>();
        endpoint.set(endpoint(settings -> settings.executor(Runnable::run).presenceListener(new XyPresenceListener() {
            @Override
            public void userOnline(String user) {
                XyMember member = endpoint.get().presence().ofUser(user).get(0);
                Thread reader = new Thread(() -> other.complete(member.groups().toString()));
                reader.start();
                assertThat(other.orTimeout(10, TimeUnit.SECONDS).join()).isEqualTo("[]");
            }
        })));
        connectAs(endpoint.get(), "ada");
        await().until(other::isDone);
        assertThat(other).isCompleted();
    }

    @Test
    void noTimerIsLeftAtTheEndAndNoneIsSetAfterIt() {
        Users users = new Users(clock, Duration.ofMinutes(1), name -> false, Runnable::run, name -> {}, name -> {});
        users.connected("ada");
        users.gone("ada", Duration.ZERO);
        assertThat(clock.size()).isEqualTo(1);
        users.close();
        users.connected("bob");
        users.gone("bob", Duration.ZERO);
        assertThat(clock.size()).isZero();
    }

    /** Not only is the peer removed, its user lingers too. */
    private static void awaitEnd(XyEndpoint endpoint) {
        await().until(() ->
                endpoint.peers().size() == 0 && endpoint.statistics().closing() == 0);
    }

    @Test
    void aFailingListenerKeepsNoOtherFromBeingNotified() {
        XyEndpoint endpoint = endpoint(settings -> settings.presenceListener(new XyPresenceListener() {
                    @Override
                    public void memberConnected(XyMember member) {
                        throw new IllegalStateException("meant");
                    }
                })
                .presenceListener(new Telling()));
        endpoint.handlers().register("quick", (name, payload, peer) -> 1);
        RawPeer peer = connect(endpoint);
        assertThat(peer.ask(call("quick", "1"))).isEqualTo(resolved("quick", "1", "1"));
        assertThat(told).containsExactly("connected null");
    }
}
