package io.xywebsocket.client;

import java.net.http.HttpHeaders;
import java.net.http.WebSocketHandshakeException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** When a server would like a client to come back: one that shuts down, as docs/protocol.md has it, or one that refuses a handshake. */
final class ReturnHint {

    /** Whatever a server says, a client is not kept away for longer. */
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private static final Pattern SECONDS = Pattern.compile("\\d+");
    private static final Pattern HINT = Pattern.compile(" retry in (\\d{1,18}) ms$");

    private ReturnHint() {}

    /** How long to stay away at least; zero if the server has not said so. */
    static Duration of(int code, String reason) {
        Matcher hint = HINT.matcher(reason);
        if (code != 1001 || !hint.find()) {
            return Duration.ZERO;
        }
        return bounded(Duration.ofMillis(Long.parseLong(hint.group(1))));
    }

    /**
     * How much longer than usual to stay away after a try that has failed: the {@code Retry-After} of a refused handshake, RFC 9110
     * §10.2.3; zero if there is none that can be read.
     */
    static Duration of(Throwable failure, Instant now) {
        if (!(failure instanceof WebSocketHandshakeException refused) || refused.getResponse() == null) {
            return Duration.ZERO;
        }
        HttpHeaders headers = refused.getResponse().headers();
        String after = headers.firstValue("Retry-After").orElse("").strip();
        if (SECONDS.matcher(after).matches()) {
            return after.length() > 9 ? LONGEST : bounded(Duration.ofSeconds(Long.parseLong(after)));
        }
        // by the server's clock, if it has told the time
        Instant since = headers.firstValue("Date").flatMap(ReturnHint::date).orElse(now);
        return date(after).map(until -> bounded(Duration.between(since, until))).orElse(Duration.ZERO);
    }

    private static Optional<Instant> date(String text) {
        try {
            return Optional.of(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text.strip(), Instant::from));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Duration bounded(Duration wanted) {
        if (wanted.isNegative()) {
            return Duration.ZERO;
        }
        return wanted.compareTo(LONGEST) < 0 ? wanted : LONGEST;
    }
}
