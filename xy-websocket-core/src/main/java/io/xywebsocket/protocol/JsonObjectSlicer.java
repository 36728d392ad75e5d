package io.xywebsocket.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Cuts a JSON object into the texts of its members in one streaming pass that checks the whole grammar and bounds depth
 * and the length of numbers. Stateless.
 */
public final class JsonObjectSlicer {

    /** How deep arrays and objects may be nested: what every JSON library behind us takes without being told. */
    static final int MAX_DEPTH = 500;

    static final int MAX_NUMBER_LENGTH = 1_000;

    static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(MAX_NUMBER_LENGTH)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .build();

    /** Hears the members of an object in their order. */
    @FunctionalInterface
    interface Members {
        /** The parser is at the last token of the member's value; {@code start} and {@code end} bound it in the text. */
        void member(String name, JsonParser parser, int start, int end) throws IOException;
    }

    private JsonObjectSlicer() {}

    /**
     * The members of an object with the texts of their values; of duplicate members the last one wins.
     *
     * @throws MalformedFrameException if the text isn't one JSON object
     */
    public static Map<String, String> slice(String json) throws MalformedFrameException {
        Map<String, String> members = new LinkedHashMap<>();
        visit(json, (name, parser, start, end) -> members.put(name, json.substring(start, end)));
        return members;
    }

    static void visit(String json, Members members) throws MalformedFrameException {
        try (JsonParser parser = JSON.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new MalformedFrameException("not a JSON object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                int start = (int) parser.currentTokenLocation().getCharOffset();
                if (value.isStructStart()) {
                    skipStructure(parser);
                } else {
                    finishScalar(parser, value);
                }
                int end = (int) parser.currentLocation().getCharOffset();
                members.member(name, parser, start, end);
            }
            if (parser.nextToken() != null) {
                throw new MalformedFrameException("text after the JSON object");
            }
        } catch (IOException e) {
            throw new MalformedFrameException("not valid JSON");
        }
    }

    private static void skipStructure(JsonParser parser) throws IOException, MalformedFrameException {
        int depth = 1;
        while (depth > 0) {
            JsonToken token = parser.nextToken();
            if (token == null) {
                throw new MalformedFrameException("not valid JSON");
            } else if (token.isStructStart()) {
                depth++;
            } else if (token.isStructEnd()) {
                depth--;
            } else {
                finishScalar(parser, token);
            }
        }
    }

    /** Strings are read lazily and the length of numbers is checked only when they are converted. */
    private static void finishScalar(JsonParser parser, JsonToken token) throws IOException, MalformedFrameException {
        if (token.isNumeric()) {
            if (parser.getTextLength() > MAX_NUMBER_LENGTH) {
                throw new MalformedFrameException("number too long");
            }
        } else if (token == JsonToken.VALUE_STRING) {
            parser.finishToken();
        }
    }
}
