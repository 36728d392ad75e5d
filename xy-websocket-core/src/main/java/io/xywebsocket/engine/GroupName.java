package io.xywebsocket.engine;

import io.xywebsocket.XyException;
import io.xywebsocket.XyLimits;

/** The rule for the names of groups. */
final class GroupName {

    private GroupName() {}

    /** @throws XyException with status 400 if no group can have this name, which a peer may have sent */
    static void check(String group) {
        if (group.isEmpty() || group.length() > XyLimits.MAX_NAME) {
            throw new XyException(
                    400, "A group's name has 1 to " + XyLimits.MAX_NAME + " characters, not " + group.length());
        }
    }
}
