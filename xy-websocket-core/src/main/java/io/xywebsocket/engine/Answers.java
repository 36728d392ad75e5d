package io.xywebsocket.engine;

import io.xywebsocket.XyBindingException;
import io.xywebsocket.XyException;
import io.xywebsocket.XyInternals;
import io.xywebsocket.XyJson;
import io.xywebsocket.XyPayload;
import io.xywebsocket.XyType;
import org.jspecify.annotations.Nullable;

/** Converts the outcomes of outgoing calls for their callers. Immutable. */
final class Answers {

    private final XyJson json;
    private final ErrorAnswers errors;

    Answers(XyJson json, ErrorAnswers errors) {
        this.json = json;
        this.errors = errors;
    }

    /**
     * Returns the result of a call, or throws its exception. Not for the reading thread, as payloads may be large.
     *
     * @param peer the id of the called peer
     */
    <T> @Nullable T valueOf(String function, String peer, PendingCall.Outcome outcome, XyType<T> type) {
        if (outcome instanceof PendingCall.Failed failed) {
            throw failed.why().get().ofCall(function, peer);
        }
        if (outcome instanceof PendingCall.Rejected rejected) {
            throw errors.received(rejected.payload()).ofCall(function, peer);
        }
        return read(function, peer, ((PendingCall.Answered) outcome).payload(), type);
    }

    @SuppressWarnings("unchecked")
    private <T> @Nullable T read(String function, String peer, byte @Nullable [] payload, XyType<T> type) {
        if (type.type() == XyPayload.class) {
            return (T) XyInternals.payload(payload, json);
        }
        if (type.type() == Void.class || type.type() == void.class) {
            return null;
        }
        if (payload == null) {
            if (type.type() instanceof Class<?> needed && needed.isPrimitive()) {
                throw new XyException(502, "The answer of '" + function + "' has no payload").ofCall(function, peer);
            }
            return null;
        }
        try {
            return (T) XyInternals.in(type, json).read(payload, 0, payload.length, type.type());
        } catch (XyBindingException e) {
            throw new XyException(502, "The answer of '" + function + "' can't be read: " + e.getMessage(), e)
                    .ofCall(function, peer);
        }
    }
}
