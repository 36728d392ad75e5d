package io.xywebsocket.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** Looks into frames whose text isn't known beforehand. */
final class Json {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {}

    static JsonNode of(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(text, e);
        }
    }

    /** The payload of a frame of the server's. */
    static JsonNode payload(String frame) {
        return of(frame).path("p");
    }

    /** The answer to a call of the server's. */
    static String resolve(String call, String payload) {
        return answer("resolve.", call, payload);
    }

    /** The rejection of a call of the server's. */
    static String reject(String call, String payload) {
        return answer("reject.", call, payload);
    }

    private static String answer(String prefix, String call, String payload) {
        JsonNode frame = of(call);
        String e = frame.path("e").asText();
        if (!e.startsWith("c.")) {
            throw new AssertionError("not a call: " + call);
        }
        return "{\"e\":\"" + prefix + e.substring(2) + "\",\"id\":" + frame.path("id") + ",\"p\":" + payload + "}";
    }
}
