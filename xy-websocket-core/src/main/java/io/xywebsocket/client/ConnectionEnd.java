package io.xywebsocket.client;

import io.xywebsocket.XyPeer;
import java.util.Set;

/**
 * How a connection ended.
 *
 * @param received whether the server closed it: a close frame came before this side sent one
 */
record ConnectionEnd(int code, String reason, boolean received) {

    private static final int NORMAL = 1000;
    private static final int FORBIDDEN = 4403;

    /** Policy violation, try again later, login ended: whoever is sent away like this each time he comes must not come at once. */
    private static final Set<Integer> SENT_AWAY = Set.of(1008, 1013, XyPeer.LOGIN_ENDED);

    /** The reason of an idle timeout, the server's or this side's. */
    private static final String IDLE = "idle";

    /**
     * Whether a client comes back by itself if its application hasn't said.
     *
     * @param renewsLogin whether the next try may have another token than the last
     */
    boolean comesBack(boolean renewsLogin) {
        return switch (code) {
            case NORMAL -> !received && !reason.equals(IDLE);
            case XyPeer.LOGIN_ENDED -> !received || renewsLogin;
            case FORBIDDEN -> !received;
            default -> true;
        };
    }

    /** Whether a message that came before makes no good connection of it: its age alone does. */
    static boolean sendsAway(int code) {
        return SENT_AWAY.contains(code);
    }

    /** Whether the next call brings a client back that doesn't come by itself. */
    boolean endsWithACall() {
        return code == NORMAL;
    }
}
