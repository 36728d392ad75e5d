package io.xywebsocket.client;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** When a server that shuts down would like a client to come back, as docs/protocol.md has it. */
final class ReturnHint {

    /** Whatever a server says, a client is not kept away for longer. */
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private static final Pattern HINT = Pattern.compile(" retry in (\\d{1,18}) ms$");

    private ReturnHint() {}

    /** How long to stay away at least; zero if the server has not said so. */
    static Duration of(int code, String reason) {
        Matcher hint = HINT.matcher(reason);
        if (code != 1001 || !hint.find()) {
            return Duration.ZERO;
        }
        Duration wanted = Duration.ofMillis(Long.parseLong(hint.group(1)));
        return wanted.compareTo(LONGEST) < 0 ? wanted : LONGEST;
    }
}
