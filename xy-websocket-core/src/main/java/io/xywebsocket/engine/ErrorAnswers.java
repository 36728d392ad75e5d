package io.xywebsocket.engine;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.xywebsocket.XyErrorMapper;
import io.xywebsocket.XyException;
import io.xywebsocket.XyInternals;
import io.xywebsocket.XyJson;
import io.xywebsocket.protocol.JsonBuffer;
import io.xywebsocket.untrusted.LogText;
import io.xywebsocket.untrusted.Thrown;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Converts exceptions to rejections and back, see "Errors" in docs/protocol.md. Thread-safe. */
final class ErrorAnswers {

    private static final Logger log = LoggerFactory.getLogger(ErrorAnswers.class);

    /** Reads rejections, whose shape the protocol defines, not the application. */
    private static final ObjectMapper PLAIN = new ObjectMapper();

    private final List<XyErrorMapper> mappers;
    private final boolean includeMessage;
    private final XyJson json;

    ErrorAnswers(List<XyErrorMapper> mappers, boolean includeMessage, XyJson json) {
        this.mappers = List.copyOf(mappers);
        this.includeMessage = includeMessage;
        this.json = json;
    }

    /** Encodes the rejection for an exception, and logs what the caller doesn't see. Never throws. */
    byte[] rejection(String function, Throwable thrown) {
        Throwable error = Thrown.unwrap(thrown);
        try {
            XyException known = map(error);
            if (known != null) {
                byte[] payload = payload(function, known);
                LogText.quietly(() -> logCause(function, known));
                return payload;
            }
        } catch (Throwable t) { // methods of the exception may throw
            if (t != error) {
                t.addSuppressed(error);
            }
            error = t;
        }
        return unexpected(function, error);
    }

    private byte[] payload(String function, XyException known) {
        String received = XyInternals.received(known);
        return received == null ? encode(function, known) : JsonBuffer.utf8(received);
    }

    private static void logCause(String function, XyException known) {
        Throwable cause = XyInternals.faultToLog(known);
        if (cause != null) {
            log.error("'{}' failed with status {}", LogText.of(function), known.status(), LogText.of(cause));
        }
    }

    /** Decodes the rejection of a peer. */
    XyException received(byte @Nullable [] payload) {
        Map<String, @Nullable Object> details = new LinkedHashMap<>();
        if (payload != null) {
            try {
                Object parsed = PLAIN.readValue(payload, Object.class);
                if (parsed instanceof Map<?, ?> members) {
                    members.forEach((name, value) -> details.put(String.valueOf(name), value));
                }
            } catch (IOException e) {
                LogText.quietly(() -> log.debug(
                        "A rejection that can't be read: {}", e.getClass().getName()));
            }
        }
        Object status = details.remove("status");
        Object message = details.remove("message");
        boolean wellFormed =
                Boolean.FALSE.equals(details.remove("ok")) && status instanceof Number && message instanceof String;
        return XyInternals.received(
                status instanceof Number number ? number.intValue() : 500,
                message instanceof String text ? text : "Rejected",
                details,
                wellFormed && payload != null ? new String(payload, StandardCharsets.UTF_8) : null);
    }

    /** Maps an error to what callers may know of it; null for nothing. */
    @Nullable
    XyException map(Throwable error) {
        if (error instanceof XyException known) {
            return known;
        }
        for (XyErrorMapper mapper : mappers) {
            try {
                XyException known = mapper.map(error);
                if (known != null) {
                    return known;
                }
            } catch (Throwable t) {
                LogText.quietly(() ->
                        log.error("{} failed to map an error", mapper.getClass().getName(), LogText.of(t)));
            }
        }
        return null;
    }

    private byte[] unexpected(String function, Throwable error) {
        if (includeMessage) {
            LogText.quietly(() -> log.error("'{}' failed", LogText.of(function), LogText.of(error)));
            String text = Thrown.message(error);
            return encode(function, new XyException(500, name(error) + (text == null ? "" : ": " + text)));
        }
        String errorId = UUID.randomUUID().toString();
        LogText.quietly(() -> log.error("'{}' failed, errorId {}", LogText.of(function), errorId, LogText.of(error)));
        return JsonBuffer.utf8(
                "{\"ok\":false,\"status\":500,\"message\":\"Internal error\",\"errorId\":\"" + errorId + "\"}");
    }

    /**
     * Returns the simple name if there is one: anonymous classes have none, and other languages may have invalid ones.
     */
    private static String name(Throwable error) {
        try {
            String simple = error.getClass().getSimpleName();
            return simple.isEmpty() ? error.getClass().getName() : simple;
        } catch (Throwable t) {
            return error.getClass().getName();
        }
    }

    private byte[] encode(String function, XyException error) {
        JsonBuffer payload = begin(error);
        try {
            for (Map.Entry<String, @Nullable Object> detail : error.details().entrySet()) {
                payload.append(",").appendQuoted(detail.getKey()).append(":");
                json.write(detail.getValue(), payload);
            }
        } catch (Throwable e) {
            LogText.quietly(() -> log.error(
                    "The details of an error of '{}' can't be serialised and are left out",
                    LogText.of(function),
                    LogText.of(e)));
            return begin(error).append("}").toByteArray();
        }
        return payload.append("}").toByteArray();
    }

    private static JsonBuffer begin(XyException error) {
        return new JsonBuffer()
                .append("{\"ok\":false,\"status\":")
                .append(Integer.toString(error.status()))
                .append(",\"message\":")
                .appendQuoted(error.getMessage());
    }
}
