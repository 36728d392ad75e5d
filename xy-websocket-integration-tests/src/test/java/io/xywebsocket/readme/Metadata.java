package io.xywebsocket.readme;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The configuration metadata on the class path. */
final class Metadata {

    private static final String RESOURCE = "META-INF/spring-configuration-metadata.json";

    private Metadata() {}

    /** Of all properties, those of Spring Boot included; ending in {@code .*} for maps. */
    static Set<String> names() throws IOException {
        Set<String> names = new TreeSet<>();
        for (JsonNode property : properties()) {
            String name = property.get("name").asText();
            names.add(name);
            if (property.path("type").asText().startsWith("java.util.Map")) {
                names.add(name + ".*");
            }
        }
        return names;
    }

    static List<JsonNode> properties() throws IOException {
        List<JsonNode> properties = new ArrayList<>();
        for (URL resource : Collections.list(Metadata.class.getClassLoader().getResources(RESOURCE))) {
            new ObjectMapper().readTree(resource).get("properties").forEach(properties::add);
        }
        return properties;
    }
}
