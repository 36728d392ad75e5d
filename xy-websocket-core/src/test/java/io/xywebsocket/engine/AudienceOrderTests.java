package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.xywebsocket.XyAnswers;
import io.xywebsocket.XyBroadcaster;
import io.xywebsocket.XyConnectionListener;
import io.xywebsocket.XyPeer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What is sent to groups, users, everybody and one peer is one stream for each peer. */
class AudienceOrderTests extends WithEndpoints {

    @Test
    void whatOneThreadSendsArrivesInItsOrderWhateverItsAudience() {
        XyEndpoint endpoint = endpoint();
        RawPeer ada = connect(endpoint);
        ada.peer().identify(() -> "ada");
        endpoint.groups().join(ada.peer(), "north");
        XyBroadcaster broadcaster = endpoint.broadcaster();
        List<XyAnswers<Integer>> calls = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            broadcaster.toGroup("north").send("group", i);
            calls.add(broadcaster.toGroup("north", "south").call("many", i, Integer.class));
            broadcaster.toUser("ada").send("user", i);
            broadcaster.everybody().send("all", i);
            ada.peer().send("one", i);
            broadcaster.here().where(peer -> true).send("here", i);
        }

        for (int i = 0; i < 100; i++) {
            assertThat(ada.next()).isEqualTo(event("group", "" + i));
            assertThat(ada.next()).startsWith("{\"e\":\"c.many\",\"p\":" + i + ",");
            for (String event : List.of("user", "all", "one", "here")) {
                assertThat(ada.next()).isEqualTo(event(event, "" + i));
            }
        }
        calls.forEach(XyAnswers::cancel);
    }

    @Test
    void aPeerThatIsNotAdmittedYetIsListedButInNoAudience() throws Exception {
        CountDownLatch decided = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(1);
        XyEndpoint[] made = new XyEndpoint[1];
        XyEndpoint endpoint = endpoint(settings -> settings.connectionListener(new XyConnectionListener() {
            @Override
            public void connected(XyPeer peer) {
                made[0].groups().join(peer, "north");
                asked.countDown();
                try {
                    decided.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }

            @Override
            public void disconnected(XyPeer peer, int code, String reason) {}
        }));
        made[0] = endpoint;
        endpoint.handlers().register("ready", (name, payload, peer) -> true);
        RawPeer peer = connect(endpoint);
        asked.await();

        assertThat(endpoint.presence().inGroup("north")).containsExactly(peer.peer());
        assertThat(endpoint.broadcaster().toGroup("north").members()).isEmpty();
        assertThat(endpoint.broadcaster().toGroup("north").send("missed")).isZero();
        assertThat(endpoint.broadcaster()
                        .toGroup("north")
                        .call("many", 1, Integer.class)
                        .asked())
                .isEmpty();
        decided.countDown();
        assertThat(peer.ask(call("ready", "1"))).isEqualTo(resolved("ready", "1", "true"));
        assertThat(endpoint.broadcaster().toGroup("north").members()).containsExactly(peer.peer());
    }
}
