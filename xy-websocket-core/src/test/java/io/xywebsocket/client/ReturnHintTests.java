package io.xywebsocket.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReturnHintTests {

    @Test
    void isWhatAServerSaysThatShutsDownUpToAMinute() {
        assertThat(ReturnHint.of(1001, "shutting down, retry in 1234 ms")).isEqualTo(Duration.ofMillis(1234));
        assertThat(ReturnHint.of(1001, "shutting down, retry in 0 ms")).isZero();
        assertThat(ReturnHint.of(1001, "shutting down, retry in 60001 ms")).isEqualTo(Duration.ofMinutes(1));
        assertThat(ReturnHint.of(1001, "shutting down, retry in 999999999999999999 ms"))
                .isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void isNothingWhereNothingIsSaidOrTheEndIsAnother() {
        assertThat(ReturnHint.of(1001, "shutting down")).isZero();
        assertThat(ReturnHint.of(1001, "")).isZero();
        assertThat(ReturnHint.of(1001, "shutting down, retry in -5 ms")).isZero();
        assertThat(ReturnHint.of(1001, "shutting down, retry in 9999999999999999999999 ms"))
                .isZero();
        assertThat(ReturnHint.of(1008, "shutting down, retry in 1234 ms")).isZero();
    }
}
