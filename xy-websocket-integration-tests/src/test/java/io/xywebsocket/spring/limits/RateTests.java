package io.xywebsocket.spring.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateTests {

    @ParameterizedTest
    @CsvSource({"200/1s, 200, 1000", "10/1m, 10, 60000", "' 50 / 500ms', 50, 500", "1/24h, 1, 86400000"})
    void readsWhatPeopleWrite(String text, long count, long millis) {
        assertThat(Rate.valueOf(text)).isEqualTo(new Rate(count, Duration.ofMillis(millis)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "200", "200/s", "/1s", "200/1", "200/1 parsec", "-1/1s", "1.5/1s", "200/1s/1s", "a/b"})
    void refusesWhatIsNoRate(String text) {
        assertThatThrownBy(() -> Rate.valueOf(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "' is not a rate")
                .hasMessageContaining("as in 200/1s");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0/1s", "1/0s", "1/25h", "2/1ns", "1000001/1ms"})
    void refusesWhatNobodyMeans(String text) {
        assertThatThrownBy(() -> Rate.valueOf(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void showsWhatItReads() {
        assertThat(Rate.valueOf(Rate.valueOf("10/1m").toString())).isEqualTo(new Rate(10, Duration.ofMinutes(1)));
    }
}
