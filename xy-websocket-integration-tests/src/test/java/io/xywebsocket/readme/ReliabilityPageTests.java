package io.xywebsocket.readme;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What docs/reliability.md says shows a promise is there, in the module and package that it says. */
class ReliabilityPageTests {

    private static final Pattern TEST = Pattern.compile("`((?:[a-z]+\\.)*)([A-Z]\\w+Tests)(?:\\.(\\w+))?`");
    /** An item of a list, and the item below it with the tests that show it. */
    private static final Pattern PROMISE =
            Pattern.compile("(?m)^- (.+(?:\\n {2}[^ -].*)*)(?:\\n {2}- (.+(?:\\n {4}.+)*))?");

    private static final Path ROOT = Path.of("..");

    private record Promise(String text, String shownBy) {

        Promise(MatchResult item) {
            this(inOneLine(item.group(1)), item.group(2) == null ? "" : inOneLine(item.group(2)));
        }

        private static String inOneLine(String text) {
            return text.replaceAll("\\s+", " ");
        }
    }

    private List<Promise> promises = List.of();
    private List<Promise> triedHard = List.of();

    @BeforeEach
    void read() throws IOException {
        String[] parts = Files.readString(ROOT.resolve("docs/reliability.md")).split("## Tried hard\n");
        promises = promises(parts[0]);
        triedHard = promises(parts[1]);
    }

    private static List<Promise> promises(String text) {
        return PROMISE.matcher(text).results().map(Promise::new).toList();
    }

    @Test
    void everyTestThatItNamesIsThere() {
        List<String> parts = Stream.of(promises, triedHard)
                .flatMap(List::stream)
                .flatMap(promise -> Arrays.stream(promise.shownBy().split(";")))
                .toList();

        assertThat(parts.stream().flatMap(part -> missing(part.contains("core "), part)))
                .isEmpty();
        assertThat(parts.stream().flatMap(part -> TEST.matcher(part).results())).hasSizeGreaterThan(100);
    }

    @Test
    void everyPromiseNamesATest() {
        assertThat(promises).hasSizeGreaterThan(100);
        assertThat(promises.stream()
                        .filter(promise -> !promise.text().startsWith("Not promised: "))
                        .filter(promise -> !TEST.matcher(promise.shownBy()).find()
                                && !promise.shownBy().contains("the tests of `"))
                        .map(Promise::text))
                .isEmpty();
    }

    private static Stream<String> missing(boolean core, String part) {
        return TEST.matcher(part).results().filter(test -> !isThere(core, test)).map(MatchResult::group);
    }

    private static boolean isThere(boolean core, MatchResult test) {
        return files(core, test).anyMatch(file -> holds(ROOT.resolve(file), test.group(3)));
    }

    private static boolean holds(Path file, @Nullable String method) {
        try {
            return Files.exists(file)
                    && (method == null || Files.readString(file).contains("    void " + method + "("));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Where it may be: without a package in core's engine or beside it, or among the tests of servers. */
    private static Stream<String> files(boolean core, MatchResult test) {
        String name = test.group(2) + ".java";
        if (!core) {
            String folder = test.group(1).isEmpty() ? "io/xywebsocket/server/" : folder(test);
            return Stream.of("integration-tests", "autoconfigure", "cluster-tests")
                    .map(module -> "xy-websocket-" + module + "/src/test/java/" + folder + name);
        }
        Stream<String> folders =
                test.group(1).isEmpty() ? Stream.of("", "engine/", "concurrent/") : Stream.of(folder(test));
        return folders.map(folder -> "xy-websocket-core/src/test/java/io/xywebsocket/" + folder + name);
    }

    private static String folder(MatchResult test) {
        return test.group(1).replace('.', '/');
    }
}
