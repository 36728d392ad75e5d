package io.xywebsocket.spring.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.xywebsocket.XyClock;
import io.xywebsocket.spring.handlers.FakePeer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.security.authentication.TestingAuthenticationToken;

class ExpiryWatchTests {

    /** Timers that go off when the test says so. */
    private static final class Timers implements XyClock {

        final Deque<Runnable> tasks = new ArrayDeque<>();
        Duration last = Duration.ZERO;

        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public Timer schedule(Runnable task, Duration delay) {
            last = delay;
            tasks.add(task);
            return () -> tasks.remove(task);
        }
    }

    private final Timers timers = new Timers();
    private final FakePeer peer = new FakePeer(new TestingAuthenticationToken("ada", ""));
    private Instant end = Instant.MAX;
    private final ExpiryWatch watch = new ExpiryWatch(() -> List.of(authentication -> end), () -> timers);

    @Test
    void looksAgainAfterAWhileHoweverFarTheEndIs() {
        watch.connected(peer);
        assertThat(timers.last).isEqualTo(Duration.ofMinutes(5));

        timers.tasks.remove().run();
        assertThat(timers.tasks).hasSize(1);
    }

    @Test
    void waitsNoLongerThanToTheEnd() {
        end = Instant.now().plusSeconds(60);
        watch.connected(peer);
        assertThat(timers.last).isBetween(Duration.ofSeconds(50), Duration.ofSeconds(60));
    }

    @Test
    void keepsOneTimerForALoginThatIsRenewedAgainAndAgain() {
        watch.connected(peer);
        watch.identified(peer);
        watch.identified(peer);
        assertThat(timers.tasks).hasSize(1);
        assertThat(watch.size()).isEqualTo(1);
    }

    @Test
    void forgetsPeersThatAreGone() {
        watch.connected(peer);
        watch.disconnected(peer, 1000, "");
        assertThat(timers.tasks).isEmpty();
        assertThat(watch.size()).isZero();
    }

    @Test
    void forgetsTheTimerOfALoginWithoutAnEndOrOfNobody() {
        ExpiryWatch endless = new ExpiryWatch(() -> List.of(authentication -> null), () -> timers);
        endless.connected(peer);
        watch.connected(new FakePeer(null));
        assertThat(timers.tasks).isEmpty();
        assertThat(endless.size() + watch.size()).isZero();
    }
}
