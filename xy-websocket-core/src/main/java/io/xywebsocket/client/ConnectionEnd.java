package io.xywebsocket.client;

import io.xywebsocket.XyPeer;

/**
 * How a connection ended.
 *
 * @param received whether the server closed it: a close frame came before this side sent one
 */
record ConnectionEnd(int code, String reason, boolean received) {

    private static final int NORMAL = 1000;
    private static final int FORBIDDEN = 4403;

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

    /** Whether the next call brings a client back that doesn't come by itself. */
    boolean endsWithACall() {
        return code == NORMAL;
    }
}
