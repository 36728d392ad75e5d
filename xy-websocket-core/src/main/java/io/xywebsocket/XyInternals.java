package io.xywebsocket;

import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Opens internals of this package to the engine. Not API: any release may change it. */
public final class XyInternals {

    private static volatile Supplier<@Nullable Duration> timeLeft = () -> null;

    private XyInternals() {}

    /** Sets the source of {@link XyDeadline}. */
    public static void timeLeft(Supplier<@Nullable Duration> source) {
        timeLeft = source;
    }

    static @Nullable Duration timeLeft() {
        return timeLeft.get();
    }

    /** Returns the duration, if it is more than 0. */
    public static Duration positive(String name, Duration value) {
        return XyTimeouts.positive(name, value);
    }

    public static XyPayload payload(byte @Nullable [] json, XyJson binding) {
        return XyPayload.ofNullable(json, binding);
    }

    /** Returns the bytes without a copy; null if there is no payload. */
    public static byte @Nullable [] json(XyPayload payload) {
        return payload.jsonOrNull();
    }

    /** Returns a copy that survives the release of the other one. */
    public static XyPayload copy(XyPayload payload) {
        return payload.copy();
    }

    public static XyValue value(@Nullable Object value, XyType<?> type) {
        return XyValue.of(value, type);
    }

    /** Returns the JSON mapper for values of this type. */
    public static XyJson in(XyType<?> type, XyJson json) {
        return type.in(json);
    }

    public static boolean saysMoreThanAClass(XyType<?> type) {
        return type.saysMoreThanAClass();
    }

    public static XyMessage incoming(XyMessage.Kind kind, String name, XyPayload payload, XyPeer peer, XyJson json) {
        return XyMessage.in(kind, name, payload, peer, json);
    }

    public static XyMessage outgoing(XyMessage.Kind kind, String name, XyPayload payload, XyPeer peer, XyJson json) {
        return XyMessage.out(kind, name, payload, peer, json);
    }

    /** Creates the rejection that a peer has sent. */
    public static XyException received(
            int status, String message, Map<String, @Nullable Object> details, @Nullable String json) {
        return XyException.received(status, message, details, json);
    }

    /** Returns the rejection's payload as the peer sent it; null for a local exception. */
    public static @Nullable String received(XyException error) {
        return error.received();
    }

    /** Returns the cause to log for an exception that callers may know; null if there is none. */
    public static @Nullable Throwable faultToLog(XyException error) {
        return error.faultToLog();
    }

    /** Returns the exception for the thread that awaits a call. */
    public static RuntimeException caughtBy(String awaited, RuntimeException failure) {
        return XyException.caughtBy(awaited, failure);
    }

    public static XyCallTimeoutException noTimeLeft(String function) {
        return XyCallTimeoutException.noTimeLeft(function);
    }

    public static XyNotConnectedException ended(int code, String reason, @Nullable Throwable cause) {
        return XyNotConnectedException.ended(code, reason, cause);
    }
}
