package io.xywebsocket.readme;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfigurationPageTests {

    private static final String BEGIN = "<!-- generated from the metadata; write it by -Dxy.docs.write=true -->";
    private static final String END = "<!-- end of what is generated -->";

    @Test
    void theTablesAreThoseOfTheMetadata() throws Exception {
        Page page = Page.of("docs/configuration.md");
        int begin = page.lines().indexOf(BEGIN) + 1;
        int end = page.lines().indexOf(END);
        assertThat(begin).as(BEGIN).isPositive();
        List<String> generated = ConfigurationPage.generated();
        if (Boolean.getBoolean("xy.docs.write")) {
            List<String> lines = new ArrayList<>(page.lines().subList(0, begin));
            lines.addAll(generated);
            lines.addAll(page.lines().subList(end, page.lines().size()));
            Files.writeString(page.file(), String.join("\n", lines) + "\n");
        } else {
            assertThat(page.lines().subList(begin, end))
                    .as("Run ConfigurationPageTests with -Dxy.docs.write=true")
                    .isEqualTo(generated);
        }
    }

    @Test
    void everyPropertyHasADescription() throws IOException {
        assertThat(Metadata.properties())
                .filteredOn(property -> property.get("name").asText().startsWith("xy.websocket."))
                .extracting((JsonNode property) -> property.path("description").asText())
                .isNotEmpty()
                .allMatch(description -> description.endsWith("."));
    }
}
