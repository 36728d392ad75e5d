package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UsersTests {

    private final ManualClock clock = new ManualClock();
    private final List<String> heard = new ArrayList<>();
    private int lookedAt;

    private Users users(Duration linger) {
        return new Users(
                clock,
                linger,
                name -> ++lookedAt < 5,
                Runnable::run,
                user -> heard.add(user + " online"),
                user -> heard.add(user + " offline"));
    }

    @Test
    void aUserWhoIsBeingLetInIsLookedForNowAndThenThoughThereIsNoLingerTime() {
        Users users = users(Duration.ZERO);
        users.connected("ada");
        users.gone("ada", Duration.ofSeconds(1));
        clock.advance(Duration.ofMillis(1_350));
        assertThat(lookedAt).isEqualTo(4);
        assertThat(users.isOnline("ada")).isTrue();
        clock.advance(Duration.ofMillis(50));
        assertThat(users.isOnline("ada")).isFalse();
    }

    @Test
    void whatOthersSayOfALingerTimeCountsIfItIsLonger() {
        lookedAt = 5;
        Users users = users(Duration.ofSeconds(5));
        users.wasThere("ada");
        users.gone("ada", Duration.ZERO);
        users.wasLingering("ada", Duration.ofSeconds(30));
        users.wasLingering("ada", Duration.ofSeconds(10));
        clock.advance(Duration.ofSeconds(29));
        assertThat(users.isOnline("ada")).isTrue();
        clock.advance(Duration.ofSeconds(1));
        assertThat(users.isOnline("ada")).isFalse();
        assertThat(heard).containsExactly("ada offline");
    }
}
