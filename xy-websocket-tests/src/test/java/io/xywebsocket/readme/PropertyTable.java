package io.xywebsocket.readme;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.xywebsocket.client.XyClient;
import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Properties with their defaults: as a table of the README has them, and as they are. */
final class PropertyTable {

    private PropertyTable() {}

    /** Of rows such as {@code | `a.b`, `.c` | `1` `2` | … |}. */
    static Map<String, String> documented(String section) {
        Map<String, String> documented = new TreeMap<>();
        Matcher row = Pattern.compile("(?m)^\\| (`[a-z].*?) \\|(.*?)\\|").matcher(section);
        while (row.find()) {
            List<String> names = quoted(row.group(1));
            List<String> defaults = quoted(row.group(2));
            String group = names.get(0).replaceFirst("\\.[^.]*$", "");
            for (int i = 0; i < names.size(); i++) {
                String name = names.get(i).startsWith(".") ? group + names.get(i) : names.get(i);
                documented.put(name.replace(".NAME", ""), i < defaults.size() ? defaults.get(i) : "");
            }
        }
        return documented;
    }

    /** From the metadata, without the prefix. */
    static Map<String, String> known(String prefix) throws IOException {
        Map<String, String> properties = new TreeMap<>();
        for (JsonNode property : metadata().get("properties")) {
            String name = property.get("name").asText();
            if (name.startsWith(prefix)) {
                properties.put(
                        name.substring(prefix.length()),
                        property.path("defaultValue").asText());
            }
        }
        return properties;
    }

    private static List<String> quoted(String cell) {
        return Pattern.compile("`(.*?)`")
                .matcher(cell)
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    private static JsonNode metadata() throws IOException {
        for (URL resource : Collections.list(
                XyClient.class.getClassLoader().getResources("META-INF/spring-configuration-metadata.json"))) {
            JsonNode metadata = new ObjectMapper().readTree(resource);
            if (metadata.toString().contains("xy.websocket.client.url")) {
                return metadata;
            }
        }
        throw new AssertionError("no metadata");
    }
}
