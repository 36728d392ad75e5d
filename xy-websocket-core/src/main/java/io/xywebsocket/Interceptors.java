package io.xywebsocket;

import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The interceptors of one endpoint, and what passes them. An endpoint without any has none of this. Thread-safe. */
final class Interceptors {

    private final XyEndpoint endpoint;
    private final XyInterceptor all;

    private Interceptors(XyEndpoint endpoint, XyInterceptor all) {
        this.endpoint = endpoint;
        this.all = all;
    }

    /** Null if there is nothing to pass. */
    static @Nullable Interceptors of(
            List<XyInterceptor> outermostFirst, XyHandlerDecorator decorator, XyEndpoint endpoint) {
        if (outermostFirst.isEmpty()) {
            return null;
        }
        List<XyInterceptor> inwards = List.copyOf(outermostFirst);
        return new Interceptors(
                endpoint, decorator.interceptor((message, chain) -> new Step(inwards, 0, chain).proceed(message)));
    }

    private record Step(List<XyInterceptor> inwards, int index, XyInterceptor.Chain last)
            implements XyInterceptor.Chain {

        @Override
        public @Nullable Object proceed(XyMessage message) throws Exception {
            return index == inwards.size()
                    ? last.proceed(message)
                    : inwards.get(index).intercept(message, new Step(inwards, index + 1, last));
        }
    }

    @Nullable
    Object pass(XyMessage message, XyInterceptor.Chain then) throws Exception {
        return all.intercept(message, then);
    }

    /** A peer's call on its way to whatever function there is. */
    XyFunction around(XyFunction lookUp) {
        return (name, payload, peer) -> {
            LimitedCall limited = Burst.limitedCall();
            return pass(XyMessage.in(XyMessage.Kind.CALL, name, payload, peer, endpoint.json), message -> {
                // interceptors may look at theirs again
                Object result = lookUp.call(name, message.payload().copy(), peer);
                if (limited != null) {
                    limited.returned(result); // a stage that an interceptor derives of it can't be told to stop
                }
                return result;
            });
        };
    }

    boolean send(PeerFace peer, String event, @Nullable Object payload, @Nullable LatestKey key) {
        XyPayload encoded = endpoint.payload(payload);
        return send(peer, event, encoded, new SharedFrame(event, encoded, key));
    }

    int broadcast(String event, @Nullable Object payload, @Nullable LatestKey key, Predicate<? super XyPeer> to) {
        XyPayload encoded = endpoint.payload(payload);
        SharedFrame frame = new SharedFrame(event, encoded, key);
        int queued = 0;
        for (XyPeer peer : endpoint.peers) {
            PeerFace face = (PeerFace) peer;
            if (face.connection.hook.isAdmitted() && to.test(peer) && send(face, event, encoded, frame)) {
                queued++;
            }
        }
        return queued;
    }

    /** One interceptor that fails must not keep a broadcast from the peers that come after, so nobody hears of it but the log. */
    private boolean send(PeerFace peer, String event, XyPayload payload, SharedFrame frame) {
        try {
            XyMessage message = XyMessage.out(XyMessage.Kind.EVENT, event, payload, peer, endpoint.json);
            return Boolean.TRUE.equals(
                    pass(message, passed -> peer.connection.send(frame.of(passed.payload()), frame.key)));
        } catch (Throwable t) {
            if (t instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            peer.connection.failures.ofInterceptor(event, t);
            return false;
        }
    }

    /** What goes to all peers as it is gets encoded once. Of one thread. */
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
            return endpoint.event(event, passed);
        }
    }
}
