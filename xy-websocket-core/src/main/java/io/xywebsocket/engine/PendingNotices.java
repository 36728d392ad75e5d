package io.xywebsocket.engine;

import io.xywebsocket.XyMember;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The changes of one member of which presence listeners have not been notified yet. Changes of groups that cancel each
 * other out meanwhile are dropped. Not thread-safe.
 */
final class PendingNotices {

    private boolean connected;

    /** Groups joined (true) or left, in order. */
    private final Map<String, Boolean> groups = new LinkedHashMap<>(4);

    /** The close code; null if the member has not gone. */
    private @Nullable Integer gone;

    void connected() {
        connected = true;
    }

    void joined(String group) {
        note(group, true);
    }

    void left(String group) {
        note(group, false);
    }

    private void note(String group, boolean joined) {
        if (groups.remove(group) == null) {
            groups.put(group, joined);
        }
    }

    void gone(int code) {
        gone = code;
    }

    boolean hasGone() {
        return gone != null;
    }

    /** Removes the next change and returns its notice, which is to run without a lock; null if there is none. */
    @Nullable
    Runnable next(PresenceNotices notices, XyMember member) {
        if (connected) {
            connected = false;
            return () -> notices.connected(member);
        }
        if (!groups.isEmpty()) {
            String group = groups.keySet().iterator().next();
            boolean joined = Boolean.TRUE.equals(groups.remove(group));
            return joined ? () -> notices.joined(member, group) : () -> notices.left(member, group);
        }
        Integer code = gone;
        gone = null;
        return code == null ? null : () -> notices.gone(member, code);
    }
}
