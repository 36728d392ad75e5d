package io.xywebsocket.readme;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A page of Markdown in this repository, and the blocks of code in it. */
record Page(Path file, List<String> lines) {

    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private static final Pattern FENCE = Pattern.compile("(\\s*)```(\\w*)");
    private static final Pattern WRAP = Pattern.compile("\\s*<!-- wrap: (\\w+) -->");

    /**
     * A block of code.
     *
     * @param wrap what a comment before it says that it is a part of, such as "statements"; empty if there is none
     */
    record Block(Page page, int line, String language, String wrap, String text) {

        boolean isFile() {
            return text.startsWith("package ");
        }

        @Override
        public String toString() {
            return page + ":" + line + " (" + language + ")";
        }
    }

    /** The README, the pages of docs, and the READMEs of modules. */
    static List<Page> all() throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> top = Files.list(ROOT)) {
            top.forEach(path -> {
                if (path.toString().endsWith(".md")) {
                    files.add(path);
                } else if (Files.exists(path.resolve("README.md"))) {
                    files.add(path.resolve("README.md"));
                }
            });
        }
        try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
            docs.filter(path -> path.toString().endsWith(".md")).forEach(files::add);
        }
        List<Page> pages = new ArrayList<>();
        for (Path file : files.stream().distinct().sorted().toList()) {
            pages.add(new Page(file, Files.readAllLines(file)));
        }
        return pages;
    }

    static Page of(String name) throws IOException {
        return new Page(ROOT.resolve(name), Files.readAllLines(ROOT.resolve(name)));
    }

    /** From a heading to the next one of its level or above. */
    String section(String heading) {
        int level = heading.indexOf(' ');
        int start = lines.indexOf(heading);
        assertThat(start).as("%s has %s", this, heading).isNotNegative();
        int end = start + 1;
        boolean code = false;
        while (end < lines.size() && (code || !lines.get(end).matches("#{1," + level + "} .*"))) {
            code ^= FENCE.matcher(lines.get(end)).matches();
            end++;
        }
        return String.join("\n", lines.subList(start, end));
    }

    /** Below a heading. */
    Block block(String heading, String language) {
        int start = lines.indexOf(heading);
        return blocks(language).stream()
                .filter(block -> start >= 0 && block.line() > start)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + language + " below " + heading + " in " + this));
    }

    List<Block> blocks(String language) {
        return blocks().stream()
                .filter(block -> block.language().equals(language))
                .toList();
    }

    List<Block> blocks() {
        List<Block> blocks = new ArrayList<>();
        String wrap = "";
        for (int i = 0; i < lines.size(); i++) {
            Matcher fence = FENCE.matcher(lines.get(i));
            if (!fence.matches()) {
                Matcher named = WRAP.matcher(lines.get(i));
                wrap = named.matches() ? named.group(1) : lines.get(i).isBlank() ? wrap : "";
                continue;
            }
            int start = i++;
            StringBuilder text = new StringBuilder();
            while (!lines.get(i).strip().equals("```")) {
                text.append(lines.get(i).replaceFirst("^" + fence.group(1), "")).append('\n');
                i++;
            }
            blocks.add(new Block(this, start + 1, fence.group(2), wrap, text.toString()));
            wrap = "";
        }
        return blocks;
    }

    /** Without code, in blocks and in lines. */
    String prose() {
        String text = String.join("\n", lines);
        return text.replaceAll("(?ms)^\\s*```.*?^\\s*```$", "").replaceAll("`[^`\n]*`", "");
    }

    @Override
    public String toString() {
        return ROOT.relativize(file).toString();
    }
}
