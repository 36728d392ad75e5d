package io.xywebsocket.engine;

import io.xywebsocket.XyLimits;
import io.xywebsocket.untrusted.LogText;
import java.util.Collection;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells at DEBUG which registered name a caller may have meant, or which names are registered. Stateless.
 */
final class UnknownNames {

    private static final Logger log = LoggerFactory.getLogger(UnknownNames.class);

    /** Names that are compared; peers choose how often. */
    private static final int COMPARED = 500;

    private static final int LISTED = 20;

    private UnknownNames() {}

    /**
     * Logs a call of a name that has no function.
     *
     * @param peer       the id of the caller
     * @param registered the names of all functions
     */
    static void log(String name, String peer, Collection<String> registered) {
        if (log.isDebugEnabled()) {
            LogText.quietly(() -> log.debug(
                    "Peer {} calls '{}', which is not registered; {}", peer, shown(name), hint(name, registered)));
        }
    }

    private static String hint(String name, Collection<String> registered) {
        List<String> some = registered.stream().limit(COMPARED).sorted().toList();
        for (String each : some) {
            if (isNear(name, each)) {
                return "did it mean '" + shown(each) + "'?";
            }
        }
        if (some.isEmpty()) {
            return "there are no functions";
        }
        List<String> listed =
                some.stream().limit(LISTED).map(UnknownNames::shown).toList();
        int more = registered.size() - listed.size();
        return "functions are " + String.join(", ", listed) + (more > 0 ? " and " + more + " more" : "");
    }

    private static String shown(String name) {
        return LogText.of(name, XyLimits.MAX_NAME);
    }

    /** Returns whether two names differ by case, or by one character that is added, left out or another. */
    static boolean isNear(String one, String other) {
        if (one.length() > other.length()) {
            return isNear(other, one);
        }
        int added = other.length() - one.length();
        if (added > 1) {
            return false;
        }
        int same = 0;
        while (same < one.length() && isSame(one, same, other, same)) {
            same++;
        }
        // behind the first difference the rest must be the same
        for (int i = same + 1 - added; i < one.length(); i++) {
            if (!isSame(one, i, other, i + added)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isSame(String one, int i, String other, int j) {
        return Character.toLowerCase(one.charAt(i)) == Character.toLowerCase(other.charAt(j));
    }
}
