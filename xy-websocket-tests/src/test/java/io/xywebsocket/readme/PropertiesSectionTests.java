package io.xywebsocket.readme;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PropertiesSectionTests {

    @Test
    void theTableHasEveryPropertyWithItsDefault() throws IOException {
        String readme = Files.readString(Path.of("..", "README.md"));
        String section = readme.substring(readme.indexOf("\n## Properties"), readme.indexOf("\n## Security"));
        Map<String, String> properties = PropertyTable.known("xy.websocket.");
        properties.keySet().removeIf(name -> name.matches("clients?\\..*|clients"));

        assertThat(PropertyTable.documented(section)).isEqualTo(properties);
    }
}
