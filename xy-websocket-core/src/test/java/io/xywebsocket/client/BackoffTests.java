package io.xywebsocket.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackoffTests {

    @Test
    void doublesTheCeilingUpToTheMaximum() {
        List<Duration> ceilings = List.of(100, 200, 400, 800, 1000, 1000).stream()
                .map(Duration::ofMillis)
                .toList();
        for (int i = 0; i < 1000; i++) {
            Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(1));
            ceilings.forEach(ceiling -> assertThat(backoff.next()).isBetween(Duration.ZERO, ceiling));
            backoff.reset();
            assertThat(backoff.next()).isLessThan(ceilings.get(0));
        }
    }

    @Test
    void spreadsTheClientsEvenly() {
        int[] tenths = new int[10];
        for (int client = 0; client < 10_000; client++) {
            Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(10));
            IntStream.range(0, 10).forEach(tries -> backoff.next());
            tenths[(int) (backoff.next().toMillis() / 1000)]++;
        }
        assertThat(Arrays.stream(tenths)).allMatch(tenth -> tenth > 800 && tenth < 1200);
    }

    @Test
    void waitsOnceForAsLongAsItIsToldAndNotForLessThanItWouldItself() {
        Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofMillis(100));
        backoff.atLeast(Duration.ofSeconds(7));
        assertThat(backoff.next()).isEqualTo(Duration.ofSeconds(7));
        assertThat(backoff.next()).isLessThan(Duration.ofMillis(100));
        long sum = 0;
        for (int i = 0; i < 1000; i++) {
            backoff.atLeast(Duration.ZERO);
            sum += backoff.next().toMillis();
        }
        assertThat(sum / 1000).isBetween(30L, 70L);
    }

    @Test
    void beginsAnewAfterAGoodConnection() {
        Duration min = Duration.ofNanos(1000);
        Backoff backoff = new Backoff(min, Duration.ofDays(1));
        for (boolean received : new boolean[] {true, false}) {
            grow(backoff);
            backoff.ended(received ? 0 : Duration.ofSeconds(1).toNanos(), received);
            assertThat(backoff.next()).isLessThan(min);
        }
        grow(backoff);
        backoff.ended(Duration.ofMillis(999).toNanos(), false);
        assertThat(longest(backoff)).isGreaterThan(min);
    }

    private static void grow(Backoff backoff) {
        for (int i = 0; i < 30; i++) {
            backoff.next();
        }
    }

    private static Duration longest(Backoff backoff) {
        return IntStream.range(0, 10)
                .mapToObj(i -> backoff.next())
                .max(Duration::compareTo)
                .orElseThrow();
    }

    @Test
    void waitsOnceForSoMuchLonger() {
        Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofMillis(100));
        backoff.longerBy(Duration.ofSeconds(7));
        assertThat(backoff.next()).isBetween(Duration.ofSeconds(7), Duration.ofMillis(7_100));
        assertThat(backoff.next()).isLessThan(Duration.ofMillis(100));
    }

    @Test
    void staysWithinTheLongestPauses() {
        Backoff backoff = new Backoff(Duration.ofNanos(1), Duration.ofDays(100_000));
        for (int i = 0; i < 100; i++) {
            assertThat(backoff.next()).isBetween(Duration.ZERO, Duration.ofDays(100_000));
        }
    }
}
