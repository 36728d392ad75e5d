package io.xywebsocket.spring.limits;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.boot.convert.DurationStyle;

/**
 * So many in so much time, written {@code 200/1s}. So many may come at once; the allowance comes back evenly. Immutable.
 *
 * @param count  how many; more than 0, one in a nanosecond at most
 * @param period in which time; more than 0, a day at most
 * @since 0.1
 */
public record Rate(long count, Duration period) {

    private static final Pattern TEXT =
            Pattern.compile("\\s*(\\d{1,9})\\s*/\\s*(\\d{1,9}\\s*(?:ns|us|ms|s|m|h|d))\\s*");

    private static final Duration LONGEST = Duration.ofDays(1);

    /** @throws IllegalArgumentException if that is no rate */
    public Rate {
        if (count <= 0 || period.isNegative() || period.isZero() || period.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "A rate needs a count and a duration that are more than 0, and a duration of a day at most, not "
                            + count + " in " + period);
        }
        if (count > period.toNanos()) {
            throw new IllegalArgumentException("A rate is one in a nanosecond at most, not " + count + " in " + period);
        }
    }

    /**
     * Reads a rate; Spring Boot's binding does so too.
     *
     * @param text as in {@code 200/1s}, {@code 10/1m}, {@code 50/500ms}
     * @throws IllegalArgumentException if the text is none
     */
    public static Rate valueOf(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a rate: write a count, a slash and a duration, as in 200/1s or 10/1m");
        }
        return new Rate(
                Long.parseLong(parts.group(1)),
                DurationStyle.SIMPLE.parse(parts.group(2).replace(" ", "")));
    }

    /** The text that {@link #valueOf} reads. */
    @Override
    public String toString() {
        return count + "/" + DurationStyle.SIMPLE.print(period);
    }
}
