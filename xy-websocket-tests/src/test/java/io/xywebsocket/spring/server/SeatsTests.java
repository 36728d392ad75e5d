package io.xywebsocket.spring.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.xywebsocket.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How many connections there may be, and what becomes of a seat. */
class SeatsTests {

    private final List<String> happened = new ArrayList<>();

    private Seat seat() {
        return new Seat(() -> happened.add("left"), () -> happened.add("fined"));
    }

    @Test
    void countsInAllPerUserAndPerAddress() {
        Seats seats = new Seats(4, 2, 3);
        assertThat(seats.take("ada", "a")).isNull();
        assertThat(seats.take("ada", "b")).isNull();
        assertThat(seats.take("ada", "c")).isEqualTo(Seats.Bound.USER);
        assertThat(seats.take(null, "a")).isNull();
        assertThat(seats.take(null, "a")).isNull();
        assertThat(seats.take(null, "x")).isEqualTo(Seats.Bound.ALL);
        seats.giveBack("ada", "b");
        assertThat(seats.take(null, "a")).isEqualTo(Seats.Bound.ADDRESS);
        assertThat(seats.take("bob", "b")).isNull();
    }

    @Test
    void remembersNobodyWhoHasLeft() {
        Seats seats = new Seats(-1, 5, 5);
        for (int i = 0; i < 100; i++) {
            seats.take("user " + i, "address " + i);
        }
        assertThat(seats.remembered()).isEqualTo(200);
        for (int i = 0; i < 100; i++) {
            seats.giveBack("user " + i, "address " + i);
        }
        assertThat(seats.remembered()).isZero();
        assertThat(seats.taken()).isZero();
    }

    @Test
    void remembersNobodyWhereNothingIsBounded() {
        Seats seats = new Seats(-1, -1, -1);
        seats.take("ada", "a");
        assertThat(seats.remembered()).isZero();
    }

    @Test
    void aSeatIsGivenBackOnceAndAViolationPaidForOnce() {
        Seat seat = seat();
        seat.closing(1007);
        seat.closing(1007);
        seat.leave();
        seat.leave();
        assertThat(happened).containsExactly("fined", "left");
    }

    @Test
    void aSeatThatWeCloseIsFreeAtOnce() {
        seat().closing(1000);
        assertThat(happened).containsExactly("left");
    }

    @Test
    void aViolatorPaysAtOnceAndKeepsHisSeatUntilHeIsGone() {
        Seat seat = seat();
        seat.closing(1008);
        assertThat(happened).containsExactly("fined");
        seat.leave();
        assertThat(happened).containsExactly("fined", "left");
    }

    @Test
    void aSeatWhoseConnectionIsNeverOpenedIsGivenBack() {
        ManualClock clock = new ManualClock();
        seat().upgraded(clock);
        clock.advance(Duration.ofSeconds(29));
        assertThat(happened).isEmpty();
        clock.advance(Duration.ofSeconds(1));
        assertThat(happened).containsExactly("left");
    }

    @Test
    void anOpenedSeatLeavesNoTimer() {
        ManualClock clock = new ManualClock();
        Seat before = seat();
        before.opened();
        before.upgraded(clock);
        Seat after = seat();
        after.upgraded(clock);
        after.opened();
        assertThat(clock.size()).isZero();
        assertThat(happened).isEmpty();
    }

    @Test
    void whatIsTooLongForAnAddressIsNone() {
        assertThat(RemoteAddress.group("1:".repeat(100_000))).isEqualTo("?");
        assertThat(RemoteAddress.group("fe80::1%" + "e".repeat(100_000))).isEqualTo("?");
    }

    @ParameterizedTest
    @CsvSource({
        "10.1.2.3, 10.1.2.3",
        "::ffff:10.1.2.3, 10.1.2.3",
        "2001:db8:1:2:3:4:5:6, 20010db800010002/64",
        "2001:db8:1:2::1, 20010db800010002/64",
        "[2001:db8:1:2::1]:4711, 20010db800010002/64",
        "fe80::1%eth0, fe80000000000000/64",
        "10.1.2.3:4711, 10.1.2.3",
        "[10.1.2.3:4711], 10.1.2.3",
        "[10.1.2.3]:4711, 10.1.2.3",
        "[::ffff:10.1.2.3]:4711, 10.1.2.3",
        "unknown, ?",
        "localhost, ?",
        "'', ?",
        "10.1.2, ?",
        "256.1.2.3, ?",
        "010.1.2.3, ?",
        ":::, ?",
        ".:a, ?",
        "a.:b, ?",
        "[.:a]:4711, ?"
    })
    void takesTheAddressesOfOneCustomerForOne(String address, String group) {
        assertThat(RemoteAddress.group(address)).isEqualTo(group);
    }
}
