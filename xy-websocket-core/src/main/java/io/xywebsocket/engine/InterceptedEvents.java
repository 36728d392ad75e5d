package io.xywebsocket.engine;

import io.xywebsocket.XyMessage;
import io.xywebsocket.XyPayload;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Sends events through the interceptors to one peer or many. */
record InterceptedEvents(EngineContext context, Interceptors interceptors) {

    /** Returns what sends the event to a peer, and says whether it was queued. Used by one thread. */
    Predicate<ConnectionPeer> sender(
            String event, @Nullable Object payload, @Nullable LatestKey key, Delivery delivery) {
        XyPayload encoded = context.codec().payload(payload);
        SharedFrame frame = new SharedFrame(event, encoded, key);
        return peer -> send(peer, event, encoded, frame, delivery);
    }

    /** Logs a failed interceptor, which must not keep a broadcast from later peers. */
    private boolean send(ConnectionPeer peer, String event, XyPayload payload, SharedFrame frame, Delivery delivery) {
        try {
            XyMessage message = XyMessage.of(
                    XyMessage.Direction.OUT, XyMessage.Kind.EVENT, event, payload, peer, context.codec().json);
            return interceptors.all.outgoingEvent(
                    message, passed -> delivery.deliver(peer, frame.of(passed.payload()), frame.key));
        } catch (Throwable t) {
            if (t instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            peer.connection.failures.onInterceptorFailure(event, t);
            return false;
        }
    }

    /** Encodes a payload once for all peers, unless an interceptor changes it. Not thread-safe. */
    private final class SharedFrame {

        private final String event;
        private final XyPayload payload;
        private final @Nullable LatestKey key;
        private @Nullable EncodedFrame frame;

        SharedFrame(String event, XyPayload payload, @Nullable LatestKey key) {
            this.event = event;
            this.payload = payload;
            this.key = key;
        }

        EncodedFrame of(XyPayload passed) {
            if (passed != payload) {
                return encode(passed);
            }
            EncodedFrame encoded = frame;
            if (encoded == null) {
                encoded = encode(passed);
                frame = encoded;
            }
            return encoded;
        }

        private EncodedFrame encode(XyPayload passed) {
            return context.codec().event(event, passed);
        }
    }
}
