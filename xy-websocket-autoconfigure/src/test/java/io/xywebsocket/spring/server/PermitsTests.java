package io.xywebsocket.spring.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.xywebsocket.engine.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How many connections there may be, and what becomes of a permit. */
class PermitsTests {

    private final List<String> happened = new ArrayList<>();

    private Permit permit() {
        return new Permit(() -> happened.add("left"), () -> happened.add("fined"));
    }

    @Test
    void countsInAllPerUserAndPerAddress() {
        Permits permits = new Permits(4, 2, 3);
        assertThat(permits.take("ada", "a")).isNull();
        assertThat(permits.take("ada", "b")).isNull();
        assertThat(permits.take("ada", "c")).isEqualTo(Permits.Bound.USER);
        assertThat(permits.take(null, "a")).isNull();
        assertThat(permits.take(null, "a")).isNull();
        assertThat(permits.take(null, "x")).isEqualTo(Permits.Bound.ALL);
        permits.giveBack("ada", "b");
        assertThat(permits.take(null, "a")).isEqualTo(Permits.Bound.ADDRESS);
        assertThat(permits.take("bob", "b")).isNull();
    }

    @Test
    void remembersNobodyWhoHasLeft() {
        Permits permits = new Permits(-1, 5, 5);
        for (int i = 0; i < 100; i++) {
            permits.take("user " + i, "address " + i);
        }
        assertThat(permits.remembered()).isEqualTo(200);
        for (int i = 0; i < 100; i++) {
            permits.giveBack("user " + i, "address " + i);
        }
        assertThat(permits.remembered()).isZero();
        assertThat(permits.taken()).isZero();
    }

    @Test
    void remembersNobodyWhereNothingIsBounded() {
        Permits permits = new Permits(-1, -1, -1);
        permits.take("ada", "a");
        assertThat(permits.remembered()).isZero();
    }

    @Test
    void aPermitIsGivenBackOnceAndAViolationPaidForOnce() {
        Permit permit = permit();
        permit.closing(1007);
        permit.closing(1007);
        permit.leave();
        permit.leave();
        assertThat(happened).containsExactly("fined", "left");
    }

    @Test
    void aPermitThatWeCloseIsFreeAtOnce() {
        permit().closing(1000);
        assertThat(happened).containsExactly("left");
    }

    @Test
    void aViolatorPaysAtOnceAndKeepsHisPermitUntilHeIsGone() {
        Permit permit = permit();
        permit.closing(1008);
        assertThat(happened).containsExactly("fined");
        permit.leave();
        assertThat(happened).containsExactly("fined", "left");
    }

    @Test
    void aPermitWhoseConnectionIsNeverOpenedIsGivenBack() {
        ManualClock clock = new ManualClock();
        permit().upgraded(clock);
        clock.advance(Duration.ofSeconds(29));
        assertThat(happened).isEmpty();
        clock.advance(Duration.ofSeconds(1));
        assertThat(happened).containsExactly("left");
    }

    @Test
    void anOpenedPermitLeavesNoTimer() {
        ManualClock clock = new ManualClock();
        Permit before = permit();
        before.opened();
        before.upgraded(clock);
        Permit after = permit();
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
