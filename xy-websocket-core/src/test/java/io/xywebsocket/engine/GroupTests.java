package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyConnectionListener;
import io.xywebsocket.XyEvent;
import io.xywebsocket.XyException;
import io.xywebsocket.XyMember;
import io.xywebsocket.XyNotConnectedException;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyRpc;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class GroupTests extends WithEndpoints {

    interface Alarms {
        @XyEvent("alarm")
        void alarm(String text);

        @XyEvent("alarm")
        boolean alarmed(String text);

        @XyRpc("confirm")
        boolean confirm(String text);
    }

    @Test
    void anEventToAGroupReachesItsMembersOnly() {
        XyEndpoint endpoint = endpoint();
        RawPeer in = connect(endpoint);
        RawPeer out = connect(endpoint);
        assertThat(endpoint.groups().join(in.peer(), "north")).isTrue();
        assertThat(endpoint.groups().join(in.peer(), "north")).isFalse();

        assertThat(endpoint.broadcaster().toGroup("north").send("alarm", 1)).isEqualTo(1);
        assertThat(endpoint.broadcaster().broadcast("end")).isEqualTo(2);

        assertThat(in.next()).isEqualTo(event("alarm", "1"));
        assertThat(out.next()).isEqualTo(event("end"));
        assertThat(endpoint.presence().inGroup("north")).containsExactly(in.peer());
        assertThat(in.peer().groups()).containsExactly("north");
        assertThat(out.peer().groups()).isEmpty();
        assertThat(endpoint.presence().groups()).containsExactly("north");
    }

    @Test
    void whoIsInSeveralOfTheGroupsGetsAnEventOnce() {
        XyEndpoint endpoint = endpoint();
        RawPeer peer = connect(endpoint);
        endpoint.groups().join(peer.peer(), "a");
        endpoint.groups().join(peer.peer(), "b");

        assertThat(endpoint.broadcaster().toGroup("a", "b", "none").send("once"))
                .isEqualTo(1);
        assertThat(endpoint.broadcaster().toGroup("a", "b").except(peer.peer()).send("never"))
                .isZero();
        assertThat(endpoint.broadcaster()
                        .toGroup("a")
                        .exceptIds(peer.peer().id())
                        .send("never"))
                .isZero();
        assertThat(endpoint.broadcaster().toGroup("b").sendLatest("last", "key", 2))
                .isEqualTo(1);

        assertThat(peer.next()).isEqualTo(event("once"));
        assertThat(peer.next()).isEqualTo(event("last", "2"));
    }

    @Test
    void nothingToAGroupArrivesOnceLeaveHasReturned() throws Exception {
        XyEndpoint endpoint = endpoint(settings -> settings.limits(sendBuffer(100_000_000)));
        RawPeer peer = connect(endpoint);
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger queued = new AtomicInteger();
        Thread sender = new Thread(() -> {
            while (!stop.get()) {
                queued.addAndGet(endpoint.broadcaster().toGroup("north").send("n"));
            }
        });
        sender.start();
        try {
            for (int i = 0; i < 50; i++) {
                int before = queued.get();
                endpoint.groups().join(peer.peer(), "north");
                while (queued.get() == before) {
                    Thread.yield();
                }
                endpoint.groups().leave(peer.peer(), "north");
                peer.peer().send("left");
                Thread.yield(); // to the sender, which may have found the peer before
                peer.peer().send("joining");
            }
        } finally {
            stop.set(true);
            sender.join();
        }
        peer.peer().send("end");
        boolean in = true;
        int received = 0;
        for (String frame = peer.next(); !frame.contains("e.end"); frame = peer.next()) {
            if (frame.contains("e.n\"")) {
                assertThat(in).isTrue();
                received++;
            } else {
                in = frame.contains("joining");
            }
        }
        assertThat(received).isPositive();
    }

    @Test
    void membershipEndsWithTheConnection() {
        XyEndpoint endpoint = endpoint();
        RawPeer peer = connect(endpoint);
        XyPeer view = peer.peer();
        endpoint.groups().join(view, "north");
        peer.vanish();
        await().until(() -> endpoint.peers().size() == 0);

        assertThat(endpoint.presence().inGroup("north")).isEmpty();
        assertThat(endpoint.presence().groups()).isEmpty();
        assertThat(endpoint.groups().join(view, "north")).isFalse();
        assertThat(view.groups()).isEmpty();
        assertThat(endpoint.presence().groups()).isEmpty();
    }

    @Test
    void aListenerOfConnectedLetsPeersJoinBeforeAnythingElseOfThem() {
        XyEndpoint[] made = new XyEndpoint[1];
        XyEndpoint endpoint = endpoint(settings -> settings.connectionListener(new XyConnectionListener() {
            @Override
            public void connected(XyPeer peer) {
                made[0].groups().join(peer, "all");
            }

            @Override
            public void disconnected(XyPeer peer, int code, String reason) {}
        }));
        made[0] = endpoint;
        endpoint.handlers().register("groups", (name, payload, peer) -> peer.groups());
        RawPeer peer = connect(endpoint);
        assertThat(peer.ask(call("groups", "1"))).isEqualTo(resolved("groups", "1", "[\"all\"]"));
    }

    @Test
    void aPeerIsInNoMoreGroupsThanItMayBe() {
        XyEndpoint endpoint = endpoint(settings -> settings.maxGroupsPerPeer(2));
        RawPeer peer = connect(endpoint);
        endpoint.groups().join(peer.peer(), "a");
        endpoint.groups().join(peer.peer(), "b");
        assertThatThrownBy(() -> endpoint.groups().join(peer.peer(), "c"))
                .isInstanceOfSatisfying(
                        XyException.class, e -> assertThat(e.status()).isEqualTo(429));
        assertThat(endpoint.presence().groups()).containsExactlyInAnyOrder("a", "b");
        endpoint.groups().leave(peer.peer(), "a");
        assertThat(endpoint.groups().join(peer.peer(), "c")).isTrue();
    }

    @Test
    void whatCanBeNoGroupOrNoPeerIsRefused() {
        XyEndpoint endpoint = endpoint();
        RawPeer peer = connect(endpoint);
        RawPeer elsewhere = connect(endpoint());
        String tooLong = "x".repeat(201);
        assertIsBadName(() -> endpoint.groups().join(peer.peer(), ""));
        assertIsBadName(() -> endpoint.groups().join(peer.peer(), tooLong));
        assertIsBadName(() -> endpoint.groups().leave(peer.peer(), ""));
        assertIsBadName(() -> endpoint.broadcaster().toGroup("a", tooLong));
        assertThatThrownBy(() -> endpoint.groups().join(elsewhere.peer(), "a"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not a peer of this endpoint");
        assertThatThrownBy(() -> endpoint.broadcaster().toGroup()).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> endpoint.broadcaster().toUser()).isInstanceOf(IllegalArgumentException.class);
    }

    private static void assertIsBadName(ThrowingCallable action) {
        assertThatThrownBy(action).isInstanceOfSatisfying(XyException.class, error -> assertThat(error.status())
                .isEqualTo(400));
    }

    @Test
    void membersJoinAndLeaveFromOutsideById() {
        XyEndpoint endpoint = endpoint();
        RawPeer peer = connect(endpoint);
        String id = peer.peer().id();
        assertThat(endpoint.groups().join(id, "a").join()).isTrue();
        assertThat(endpoint.groups().join(id, "a").join()).isFalse();
        assertThat(endpoint.groups().leave(id, "a").join()).isTrue();
        assertThatThrownBy(() -> endpoint.groups().join("nobody", "a").join())
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(XyNotConnectedException.class);
        assertThatThrownBy(() -> endpoint.groups().join(id, "").join()).hasCauseInstanceOf(XyException.class);
    }

    @Test
    void aContractSendsEventsToAGroup() {
        XyEndpoint endpoint = endpoint();
        RawPeer peer = connect(endpoint);
        endpoint.groups().join(peer.peer(), "north");
        Alarms alarms = endpoint.broadcaster().toGroup("north").proxy(Alarms.class);

        alarms.alarm("fire");
        assertThat(peer.next()).isEqualTo(event("alarm", "\"fire\""));
        assertThat(endpoint.broadcaster().toGroup("south").proxy(Alarms.class).alarmed("x"))
                .isFalse();
        assertThatThrownBy(() -> alarms.confirm("?"))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("audience.call(");
    }

    @Test
    void interceptorsSeeWhatIsSentToAGroup() {
        AtomicInteger seen = new AtomicInteger();
        XyEndpoint endpoint = endpoint(settings -> settings.interceptor(Intercept.all((message, chain) -> {
            seen.incrementAndGet();
            return chain.proceed(message.withPayload("changed"));
        })));
        RawPeer peer = connect(endpoint);
        XyMember member = peer.peer();
        endpoint.groups().join(peer.peer(), "north");
        assertThat(endpoint.broadcaster().toGroup("north").send("e", 1)).isEqualTo(1);
        assertThat(peer.next()).isEqualTo(event("e", "\"changed\""));
        assertThat(seen).hasValue(1);
        assertThat(endpoint.broadcaster().toGroup("north").members()).containsExactly(member);
    }

    @Test
    void anEventToAUserIsNotForAPeerWhoseLoginHasEnded() {
        XyEndpoint endpoint = endpoint(settings -> settings.interceptor(Intercept.outgoingEvents((event, chain) -> {
            event.peer().identify(null); // meanwhile
            return chain.proceed(event);
        })));
        RawPeer peer = connect(endpoint);
        peer.peer().identify(() -> "ada");
        assertThat(endpoint.broadcaster().toUser("ada").send("secret", 1)).isZero();
        assertThat(endpoint.broadcaster().everybody().send("open", 2)).isEqualTo(1);
        assertThat(peer.next()).isEqualTo(event("open", "2"));
    }
}
