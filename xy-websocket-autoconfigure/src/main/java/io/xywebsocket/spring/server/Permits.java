package io.xywebsocket.spring.server;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The connections that there may be: in all, of one user, from one address. A handshake takes a permit before it goes on, so that those of one moment
 * can't exceed the bounds together. Thread-safe.
 */
final class Permits {

    /** What was full. */
    enum Bound {
        ALL,
        USER,
        ADDRESS
    }

    private final int max;
    private final int maxPerUser;
    private final int maxPerAddress;

    // guarded by this
    private final Map<String, Integer> users = new HashMap<>();
    private final Map<String, Integer> addresses = new HashMap<>();
    private int taken;

    /** Each may be -1 for unlimited. */
    Permits(int max, int maxPerUser, int maxPerAddress) {
        this.max = max;
        this.maxPerUser = maxPerUser;
        this.maxPerAddress = maxPerAddress;
    }

    /**
     * Takes a permit.
     *
     * @param user null if nobody has logged in
     * @return what stands against it; null if the permit is taken, and to be given back
     */
    @Nullable
    synchronized Bound take(@Nullable String user, String address) {
        if (max >= 0 && taken >= max) {
            return Bound.ALL;
        }
        if (user != null && maxPerUser >= 0 && users.getOrDefault(user, 0) >= maxPerUser) {
            return Bound.USER;
        }
        if (maxPerAddress >= 0 && addresses.getOrDefault(address, 0) >= maxPerAddress) {
            return Bound.ADDRESS;
        }
        taken++;
        if (user != null && maxPerUser >= 0) {
            users.merge(user, 1, Integer::sum);
        }
        if (maxPerAddress >= 0) {
            addresses.merge(address, 1, Integer::sum);
        }
        return null;
    }

    synchronized void giveBack(@Nullable String user, String address) {
        taken--;
        if (user != null) {
            users.computeIfPresent(user, (name, count) -> count == 1 ? null : count - 1);
        }
        addresses.computeIfPresent(address, (name, count) -> count == 1 ? null : count - 1);
    }

    synchronized int taken() {
        return taken;
    }

    /** How many users and addresses are remembered. */
    synchronized int remembered() {
        return users.size() + addresses.size();
    }
}
