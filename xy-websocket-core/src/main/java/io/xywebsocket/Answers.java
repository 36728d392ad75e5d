package io.xywebsocket;

import org.jspecify.annotations.Nullable;

/** What comes of the calls of this side, as their callers want it. Immutable. */
final class Answers {

    private final XyJson json;
    private final ErrorAnswers errors;

    Answers(XyJson json, ErrorAnswers errors) {
        this.json = json;
        this.errors = errors;
    }

    /**
     * What a call returns, or the exception that it throws. Reads what the other side has sent, however much that makes of it, and so is
     * not for the thread that reads the socket.
     *
     * @param peer the id of the peer that was called
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
            return (T) XyPayload.ofNullable(payload, json);
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
            return (T) type.in(json).read(payload, 0, payload.length, type.type());
        } catch (XyBindingException e) {
            throw new XyException(502, "The answer of '" + function + "' can't be read: " + e.getMessage(), e)
                    .ofCall(function, peer);
        }
    }
}
