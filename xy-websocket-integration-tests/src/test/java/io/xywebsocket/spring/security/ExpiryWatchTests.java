package io.xywebsocket.spring.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
    void givesATokenThatWasAcceptedAfterItsEndTheClockSkew() {
        ExpiryWatch.Lenient token = authentication -> end;
        ExpiryWatch tokens = new ExpiryWatch(() -> List.of(token), () -> timers);
        end = Instant.now().minusSeconds(5);
        tokens.connected(peer);
        assertThat(peer.closed).isNull();
        assertThat(timers.last).isBetween(Duration.ofSeconds(50), Duration.ofSeconds(60));

        end = Instant.now().plusSeconds(30);
        tokens.identified(peer);
        end = Instant.now().plusSeconds(0);
        tokens.identified(peer);
        assertThat(peer.closed).isNull();
    }

    @Test
    void endsATokenThatExpiresLaterWhenItDoes() {
        Instant soon = Instant.now().plusMillis(50);
        ExpiryWatch.Lenient token = authentication -> soon;
        new ExpiryWatch(() -> List.of(token), () -> timers).connected(peer);
        await().until(() -> Instant.now().isAfter(soon));
        timers.tasks.remove().run();
        assertThat(peer.closed).isEqualTo("4401 the login has expired");
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
    void endsALoginThatExpiresWhileWhatItsPeerHasLeftBehindIsWaiting() {
        end = Instant.now().plusSeconds(60);
        watch.connected(peer);
        peer.open = false;
        end = Instant.now().minusSeconds(1);
        timers.tasks.remove().run();
        assertThat(peer.closed).isEqualTo("4401 the login has expired");
    }

    @Test
    void watchesTheLoginOfAPeerThatIsGoneAlreadyUntilItHasSaidGoodbye() {
        peer.open = false;
        watch.connected(peer);
        assertThat(timers.tasks).hasSize(1);
        end = Instant.now().minusSeconds(1);
        watch.identified(peer);
        assertThat(peer.closed).isEqualTo("4401 the login has expired");
    }

    @Test
    void setsNoTimerOnceAPeerHasSaidGoodbye() {
        watch.connected(peer);
        Runnable late = timers.tasks.remove();
        peer.open = false;
        watch.disconnected(peer, 1000, "");
        late.run();
        watch.identified(peer);
        assertThat(timers.tasks).isEmpty();
        assertThat(watch.size()).isZero();
    }

    @Test
    void forgetsTheTimerOfALoginWithoutAnEndOrOfNobody() {
        ExpiryWatch endless = new ExpiryWatch(() -> List.of(authentication -> null), () -> timers);
        endless.connected(peer);
        watch.connected(new FakePeer(null));
        assertThat(timers.tasks).isEmpty();

        endless.disconnected(peer, 1000, "");
        watch.disconnected(peer, 1000, "");
        assertThat(endless.size() + watch.size()).isZero();
    }
}
