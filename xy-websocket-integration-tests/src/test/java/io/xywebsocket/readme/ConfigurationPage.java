package io.xywebsocket.readme;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The tables of docs/configuration.md, made of the configuration metadata. */
final class ConfigurationPage {

    private static final String PREFIX = "xy.websocket.";
    private static final String CLIENT = PREFIX + "client.";

    private static final String MAP = "java.util.Map<java.lang.String,java.lang.String>";

    private static final Map<String, String> TYPES = Map.of(
            "java.lang.Boolean",
            "`true`, `false`",
            "java.lang.Integer",
            "number",
            "java.lang.String",
            "text",
            "java.net.URI",
            "URI",
            "java.time.Duration",
            "duration",
            "java.util.List<java.lang.String>",
            "texts",
            MAP,
            "text",
            "org.springframework.util.unit.DataSize",
            "size");

    private ConfigurationPage() {}

    /** A heading and a table for the endpoint, for each group of its properties, and for clients. */
    static List<String> generated() throws IOException, ClassNotFoundException {
        Map<String, List<String>> tables = new LinkedHashMap<>();
        tables.put("Endpoint", new ArrayList<>());
        List<JsonNode> ours = new ArrayList<>(Metadata.properties());
        ours.removeIf(
                property -> !name(property).startsWith(PREFIX) || name(property).equals(PREFIX + "clients"));
        ours.sort((one, other) -> name(one).compareTo(name(other)));
        for (JsonNode property : ours) {
            if (!name(property).startsWith(CLIENT)) {
                tables.computeIfAbsent(group(property), heading -> new ArrayList<>())
                        .add(row(property));
            }
        }
        tables.put("Clients", new ArrayList<>());
        for (JsonNode property : ours) {
            if (name(property).startsWith(CLIENT)) {
                tables.get("Clients").add(row(property));
            }
        }
        List<String> lines = new ArrayList<>();
        tables.forEach((heading, rows) -> {
            lines.addAll(List.of("", "### " + heading, ""));
            lines.addAll(List.of("| property | value | default | |", "| --- | --- | --- | --- |"));
            lines.addAll(rows);
        });
        lines.add("");
        return lines;
    }

    /** Of {@code xy.websocket.rate-limit.per-peer} "Rate limit". */
    private static String group(JsonNode property) {
        String[] parts = name(property).substring(PREFIX.length()).split("\\.", 2);
        if (parts.length == 1) {
            return "Endpoint";
        }
        String words = parts[0].replace('-', ' ');
        return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }

    private static String row(JsonNode property) throws ClassNotFoundException {
        String value = property.path("defaultValue").asText();
        String defaultValue = value.isEmpty() ? " " : " `" + value + "` ";
        String name = name(property);
        if (property.get("type").asText().equals(MAP)) {
            name += ".NAME";
        }
        return "| `" + name + "` | " + type(property) + " |" + defaultValue + "| "
                + property.path("description").asText().replace("|", "\\|") + " |";
    }

    private static String type(JsonNode property) throws ClassNotFoundException {
        String type = property.get("type").asText();
        if (TYPES.containsKey(type)) {
            return TYPES.get(type);
        }
        Class<?> found = Class.forName(type);
        return found.isEnum()
                ? Arrays.stream(found.getEnumConstants())
                        .map(constant -> "`" + kebab(((Enum<?>) constant).name()) + "`")
                        .collect(Collectors.joining(", "))
                : found.getSimpleName().toLowerCase(Locale.ROOT);
    }

    private static String kebab(String constant) {
        return constant.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String name(JsonNode property) {
        return property.get("name").asText();
    }
}
