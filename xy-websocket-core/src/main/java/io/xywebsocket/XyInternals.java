package io.xywebsocket;

import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Opens internals of this package to the engine. Not API: any release may change it. */
public final class XyInternals {

    private static volatile Supplier<@Nullable Duration> timeLeft = () -> null;

    /** Sends an event to many, and says to how many. */
    @FunctionalInterface
    public interface EventCounter {
        int sendCounted(String event, @Nullable Object payload);
    }

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

    /** Returns why no user can have this name; null if one can. */
    public static @Nullable String userNameFault(@Nullable String name) {
        return name == null || name.length() <= XyLimits.MAX_NAME
                ? null
                : "A user's name has at most " + XyLimits.MAX_NAME + " characters, not " + name.length();
    }

    /** Returns the limits, if they fit together. */
    public static XyLimits checked(XyLimits limits) {
        return limits.checked();
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

    /** Returns the value as one of this type; as it is if it says itself what it is. */
    public static @Nullable Object typed(@Nullable Object value, XyType<?> type) {
        return XyValue.typed(value, type);
    }

    /** Returns the JSON mapper for values of this type. */
    public static XyJson in(XyType<?> type, XyJson json) {
        return type.in(json);
    }

    public static boolean saysMoreThanAClass(XyType<?> type) {
        return type.saysMoreThanAClass();
    }

    /** Creates a call to a peer whose answer is read as a type. */
    public static XyMessage outgoingCall(String name, XyPayload payload, XyPeer peer, XyJson json, XyType<?> answer) {
        return new XyMessage(XyMessage.Way.OUTGOING_CALL, name, payload, peer, json, answer);
    }

    /**
     * Returns what is kept with a connection under this type, out of sight of the application; null if there is
     * nothing.
     */
    public static <T> @Nullable T note(XyHandshake handshake, Class<T> type) {
        return handshake.note(type);
    }

    /** Keeps a value with a connection, one for each type: the first one stays. */
    public static <T> void note(XyHandshake handshake, Class<T> type, T value) {
        handshake.note(type, value);
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
