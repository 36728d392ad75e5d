package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyRegistration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is to be done when a connection ends, and answers without an end. */
class EndTests extends WithEndpoints {

    private final List<String> done = new CopyOnWriteArrayList<>();

    @Test
    void whatIsAskedForIsDoneOnceHoweverTheConnectionEnds() {
        RawPeer cut = connect(endpoint());
        cut.peer().onEnd(() -> done.add("cut"));
        cut.vanish();
        RawPeer closed = connect(endpoint());
        closed.peer().onEnd(() -> done.add("closed"));
        closed.peer().close();
        closed.peer().close();
        await().until(() -> done.contains("cut") && done.contains("closed"));
        assertThat(closed.awaitClosed().code()).isEqualTo(1000);
        assertThat(done).hasSize(2);
    }

    @Test
    void whatIsAskedForTooLateIsDoneAtOnce() {
        RawPeer peer = connect(endpoint());
        peer.peer().close();
        peer.peer().onEnd(() -> done.add("late")).close();
        await().until(() -> done.contains("late"));
    }

    @Test
    void whatIsTakenBackIsNotDone() {
        RawPeer peer = connect(endpoint());
        Runnable same = () -> done.add("same");
        peer.peer().onEnd(same);
        XyRegistration second = peer.peer().onEnd(same);
        second.close();
        second.close();
        peer.vanish();
        await().until(() -> done.contains("same"));
        assertThat(done).hasSize(1);
    }

    @Test
    void whatFailsOrHangsKeepsNothingElseFromBeingDone() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        RawPeer peer = connect(endpoint());
        peer.peer().onEnd(() -> {
            throw new IllegalStateException("fails");
        });
        for (int i = 0; i < 3; i++) {
            peer.peer().onEnd(() -> {
                try {
                    done.add(go.await(10, TimeUnit.SECONDS) ? "hung" : "forgotten");
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        peer.peer().onEnd(() -> done.add("done"));
        peer.vanish();
        await().until(() -> done.contains("done"));
        go.countDown();
        await().until(() -> done.size() == 4);
        assertThat(done).doesNotContain("forgotten");
    }

    @Test
    void anAnswerWithoutAnEndIsRejectedWith413() {
        XyEndpoint endpoint = endpoint(settings -> settings.limits(narrow(1000, 100, 1000, 10)));
        endpoint.handlers().register("endless", (name, payload, peer) -> (Iterable<String>) Endless::new);
        endpoint.handlers().register("large", (name, payload, peer) -> "x".repeat(1598));
        endpoint.handlers().register("larger", (name, payload, peer) -> "x".repeat(1599));
        RawPeer peer = connect(endpoint);
        assertThat(peer.ask(call("endless", "1"))).contains("reject.endless").contains("\"status\":413");
        assertThat(peer.ask(call("larger", "2"))).contains("reject.larger").contains("\"status\":413");
        assertThat(peer.ask(call("large", "3"))).contains("resolve.large");
        peer.assertAlive();
    }

    private static final class Endless implements java.util.Iterator<String> {
        @Override
        public boolean hasNext() {
            return true;
        }

        @Override
        public String next() {
            return "again";
        }
    }
}
