package io.xywebsocket.readme;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What docs/reliability.md says shows a promise is there, in the module and package that it says. */
class ReliabilityPageTests {

    private static final Pattern CLASS = Pattern.compile("`((?:[a-z]+\\.)*)([A-Z]\\w+Tests)`");
    private static final Path ROOT = Path.of("..");

    @Test
    void everyTestThatItNamesIsThere() throws IOException {
        List<String> shownBy;
        try (Stream<String> lines = Files.lines(ROOT.resolve("docs/reliability.md"))) {
            shownBy = lines.filter(line -> line.startsWith("| "))
                    .map(line -> line.split("\\|")[2])
                    .flatMap(cell -> Arrays.stream(cell.split(";")))
                    .toList();
        }
        List<String> missing = shownBy.stream()
                .flatMap(part -> CLASS.matcher(part).results().map(test -> file(part.contains("core "), test)))
                .filter(file -> !Files.exists(ROOT.resolve(file)))
                .collect(Collectors.toList());

        assertThat(missing).isEmpty();
        assertThat(shownBy.stream().flatMap(part -> CLASS.matcher(part).results()))
                .hasSizeGreaterThan(20);
    }

    private static String file(boolean core, MatchResult test) {
        if (core) {
            return "xy-websocket-core/src/test/java/io/xywebsocket/" + folder(test) + test.group(2) + ".java";
        }
        String folder = test.group(1).isEmpty() ? "io/xywebsocket/server/" : folder(test);
        return "xy-websocket-tests/src/test/java/" + folder + test.group(2) + ".java";
    }

    private static String folder(MatchResult test) {
        return test.group(1).replace('.', '/');
    }
}
