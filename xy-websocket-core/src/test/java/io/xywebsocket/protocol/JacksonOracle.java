package io.xywebsocket.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What Jackson says of a text, against which ours is held: what one of the two takes, the other must take. */
final class JacksonOracle {

    /** It counts the digits of a number and we its characters, so the length of numbers is not compared. */
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(JsonObjectSlicer.MAX_DEPTH)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .build())
            .build();

    /** Jackson takes some characters beyond ASCII for hexadecimal digits: it looks at their last eight bits. */
    private static final Pattern MISREAD_ESCAPE = Pattern.compile("\\\\u\\p{XDigit}{0,3}[^\\x00-\\x7f]");

    private static final ObjectMapper MAPPER = new ObjectMapper(FACTORY);

    private JacksonOracle() {}

    /** Checks that both agree on a text; returns whether it is an object. */
    static boolean agrees(String text) throws IOException {
        Map<String, String> ours;
        try {
            ours = Texts.slice(text);
        } catch (MalformedFrameException e) {
            if (!"number too long".equals(e.getMessage())
                    && !MISREAD_ESCAPE.matcher(text).find()) {
                assertThat(names(text)).as(text).isNull();
            }
            return false;
        }
        List<String> theirs = names(text);
        assertThat(theirs).as(text).isNotNull();
        assertThat(ours.keySet()).as(text).containsExactlyElementsOf(theirs);
        for (Map.Entry<String, JsonNode> member : tree(text).properties()) {
            assertThat(tree(ours.get(member.getKey()))).as(text).isEqualTo(member.getValue());
        }
        return true;
    }

    static JsonNode tree(String text) throws IOException {
        return MAPPER.readTree(text);
    }

    /** The names in their order, each once; null if it isn't one object. */
    private static List<String> names(String text) {
        try (JsonParser parser = FACTORY.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            List<String> names = new ArrayList<>();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                if (!names.contains(parser.currentName())) {
                    names.add(parser.currentName());
                }
                parser.nextToken();
                readAll(parser);
            }
            return parser.nextToken() == null ? names : null;
        } catch (IOException e) {
            return null;
        }
    }

    /** Strings are lazy. */
    private static void readAll(JsonParser parser) throws IOException {
        int depth = 0;
        do {
            JsonToken token = parser.currentToken();
            parser.finishToken();
            depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        } while (depth > 0 && parser.nextToken() != null);
    }
}
