package io.xywebsocket.spring.limits;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rates at which peers may send. Immutable.
 *
 * @param perPeer   of all that one connection sends; null for any
 * @param perUser   of all that one user's connections send together; null for any
 * @param functions of calls to these functions, for each user, or, where nobody has logged in, each connection
 * @param refused   of what is refused to one connection, beyond which it is closed
 * @since 0.1
 */
public record Rates(@Nullable Rate perPeer, @Nullable Rate perUser, Map<String, Rate> functions, Rate refused) {

    /** Rates with a copy of the functions'. */
    public Rates {
        functions = Map.copyOf(functions);
    }

    /** Whether anything is limited. */
    public boolean areSet() {
        return perPeer != null || concernUsers();
    }

    boolean concernUsers() {
        return perUser != null || !functions.isEmpty();
    }
}
