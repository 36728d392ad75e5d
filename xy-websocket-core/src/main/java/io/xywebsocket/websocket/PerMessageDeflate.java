package io.xywebsocket.websocket;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The agreement on permessage-deflate, RFC 7692, for one connection. Neither side takes its context from one message to the next, so that
 * a message is compressed once for however many peers, and no connection keeps a compressor. Thread-safe.
 *
 * @since 0.1
 */
public final class PerMessageDeflate {

    /** Shorter messages, in bytes of UTF-8, are sent as they are: compressing saves them little and costs more than it saves. */
    public static final int MIN_COMPRESSED = 256;

    private static final String NAME = "permessage-deflate";
    private static final String SERVER_WINDOW = "server_max_window_bits";
    private static final String CLIENT_WINDOW = "client_max_window_bits";
    private static final String SERVER_NO_CONTEXT = "server_no_context_takeover";
    private static final String CLIENT_NO_CONTEXT = "client_no_context_takeover";

    /** The only window that java.util.zip compresses with. */
    private static final String LARGEST_WINDOW = "15";

    private static final Set<String> WINDOWS = Set.of("8", "9", "10", "11", "12", "13", "14", LARGEST_WINDOW);

    private static final String AGREED = NAME + "; " + SERVER_NO_CONTEXT + "; " + CLIENT_NO_CONTEXT;
    private static final PerMessageDeflate USUAL = new PerMessageDeflate(AGREED);
    private static final PerMessageDeflate WITH_WINDOW =
            new PerMessageDeflate(AGREED + "; " + SERVER_WINDOW + "=" + LARGEST_WINDOW);

    private final String responseHeader;

    private PerMessageDeflate(String responseHeader) {
        this.responseHeader = responseHeader;
    }

    /**
     * Accepts the first offer that can be honoured, RFC 7692 §5.1 and §7.1. An offer with an unknown parameter, one that is there twice, has
     * a wrong value or asks for a window smaller than {@code java.util.zip} compresses with, is declined.
     *
     * @param headerValues the values of all {@code Sec-WebSocket-Extensions} headers of the request, in their order
     * @return null if there is no such offer: the connection then goes without. Nothing that a client sends is an exception.
     */
    public static @Nullable PerMessageDeflate negotiate(List<String> headerValues) {
        for (String value : headerValues) {
            for (ExtensionOffer offer : ExtensionOffer.in(value)) {
                Map<String, String> parameters = offer.parameters();
                if (offer.name().equals(NAME)
                        && parameters.entrySet().stream().allMatch(PerMessageDeflate::isHonoured)) {
                    return parameters.containsKey(SERVER_WINDOW) ? WITH_WINDOW : USUAL;
                }
            }
        }
        return null;
    }

    private static boolean isHonoured(Map.Entry<String, String> parameter) {
        String value = parameter.getValue();
        return switch (parameter.getKey()) {
            case SERVER_NO_CONTEXT, CLIENT_NO_CONTEXT -> value.isEmpty();
            case SERVER_WINDOW -> value.equals(LARGEST_WINDOW);
            case CLIENT_WINDOW -> value.isEmpty() || WINDOWS.contains(value);
            default -> false;
        };
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
        if (length < MIN_COMPRESSED) {
            return null;
        }
        Deflation deflation = Deflation.POOL.borrow();
        try {
            return deflation.deflate(bytes, offset, length);
        } finally {
            deflation.giveBack();
        }
    }
}
