package io.xywebsocket.spring.handlers;

import io.xywebsocket.XyException;
import io.xywebsocket.XyHandshake;
import io.xywebsocket.XyMember;
import io.xywebsocket.XyPayload;
import io.xywebsocket.XyPeer;
import java.security.Principal;
import org.jspecify.annotations.Nullable;

/** What every handler can ask for besides its payload. */
final class BuiltInArguments {

    private BuiltInArguments() {}

    /** The peer, its handshake, and the payload as it came. */
    static @Nullable Argument ofCall(HandlerParameter parameter) {
        Class<?> type = parameter.rawType();
        if (type == XyPeer.class || type == XyMember.class) {
            return Call::peer;
        } else if (type == XyHandshake.class) {
            return call -> call.peer().handshake();
        }
        return type == XyPayload.class ? Call::payload : null;
    }

    /** Who is logged in. Somebody of another kind than the parameter asks for is as good as nobody. */
    static @Nullable Argument principal(HandlerParameter parameter) {
        Class<?> type = parameter.rawType();
        if (!Principal.class.isAssignableFrom(type)) {
            return null;
        }
        boolean required = parameter.required();
        return call -> {
            Principal principal = call.peer().principal();
            if (type.isInstance(principal)) {
                return principal;
            } else if (required) {
                throw new XyException(401, "Not authenticated");
            }
            return null;
        };
    }
}
