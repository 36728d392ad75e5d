package io.xywebsocket.readme;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whatever a page, or a comment in the sources, refers to in this repository is there. */
class LinkTests {

    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*]\\(([^()\\s]+)\\)");
    private static final Pattern PAGE_IN_SOURCE = Pattern.compile("docs/[\\w/-]+\\.(?:md|svg|png)(?:#[\\w-]+)?");
    private static final Pattern OUR_TYPE = Pattern.compile("\\bXy[A-Z]\\w+");
    private static final Set<String> SOURCES = Set.of("java", "kt", "js", "mjs", "ts", "html", "xml", "sh", "yml");

    @Test
    void linksOfThePagesLeadSomewhere() throws IOException {
        List<String> broken = new ArrayList<>();
        int checked = 0;
        for (Page page : Page.all()) {
            for (MatchResult link : LINK.matcher(page.prose()).results().toList()) {
                String target = link.group(1);
                if (!target.matches("(https?|mailto):.*")) {
                    checked++;
                    if (!leadsSomewhere(page.file(), target)) {
                        broken.add(page + " -> " + target);
                    }
                }
            }
        }

        assertThat(broken).isEmpty();
        assertThat(checked).isGreaterThan(100);
    }

    @Test
    void pagesThatTheSourcesNameAreThere() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path source : sources()) {
            PAGE_IN_SOURCE
                    .matcher(Files.readString(source, StandardCharsets.UTF_8))
                    .results()
                    .filter(found -> !leadsSomewhere(Page.ROOT.resolve("README.md"), found.group()))
                    .forEach(found -> broken.add(Page.ROOT.relativize(source) + " -> " + found.group()));
        }

        assertThat(broken).isEmpty();
    }

    @Test
    void typesThatThePagesNameAreThere() throws IOException {
        Set<String> known = new HashSet<>();
        for (Path source : sources()) {
            known.add(source.getFileName().toString().replaceFirst("\\..*", ""));
            if (source.toString().endsWith(".d.ts")) {
                Pattern.compile("(?:class|interface|type) (\\w+)")
                        .matcher(Files.readString(source))
                        .results()
                        .forEach(type -> known.add(type.group(1)));
            }
        }
        for (Page page : Page.all()) {
            assertThat(OUR_TYPE.matcher(String.join("\n", page.lines()))
                            .results()
                            .map(MatchResult::group)
                            .distinct()
                            .filter(type -> !known.contains(type)))
                    .as("%s", page)
                    .isEmpty();
        }
    }

    private static List<Path> sources() throws IOException {
        List<Path> sources = new ArrayList<>();
        try (Stream<Path> modules = Files.list(Page.ROOT)) {
            for (Path module : modules.filter(path -> Files.isDirectory(path.resolve("src")))
                    .toList()) {
                try (Stream<Path> files = Files.walk(module.resolve("src"))) {
                    files.filter(file -> SOURCES.contains(file.toString().replaceFirst(".*\\.", "")))
                            .forEach(sources::add);
                }
            }
        }
        assertThat(sources).hasSizeGreaterThan(100);
        return sources;
    }

    private static boolean leadsSomewhere(Path from, String target) {
        URI link = URI.create(target);
        Path file = link.getPath().isEmpty()
                ? from
                : from.resolveSibling(link.getPath()).normalize();
        if (!Files.exists(file)) {
            return false;
        }
        return link.getFragment() == null || anchors(file).contains(link.getFragment());
    }

    /** As GitHub makes them of headings. */
    private static Set<String> anchors(Path file) {
        Set<String> anchors = new HashSet<>();
        Map<String, Integer> seen = new HashMap<>();
        boolean code = false;
        try {
            for (String line : Files.readAllLines(file)) {
                code ^= line.strip().startsWith("```");
                if (!code && line.matches("#+ .*")) {
                    String text = line.replaceFirst("#+ ", "").replaceAll("\\[([^\\]]*)]\\([^)]*\\)", "$1");
                    String anchor = text.toLowerCase(Locale.ROOT)
                            .replaceAll("[^\\p{L}\\p{N} _-]", "")
                            .replace(' ', '-');
                    int times = seen.merge(anchor, 1, Integer::sum);
                    anchors.add(times == 1 ? anchor : anchor + "-" + (times - 1));
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return anchors;
    }
}
