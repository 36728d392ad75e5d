package io.xywebsocket.readme;

import static org.assertj.core.api.Assertions.assertThat;

import io.xywebsocket.readme.Page.Block;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.ToolProvider;

/** Compiles the Java of the pages. */
final class Snippets {

    private static final Pattern TYPE =
            Pattern.compile("(?m)^(?:public |abstract |final )*(?:class|interface|record|enum) (\\w+)");
    private static final Pattern PUBLIC_TYPE =
            Pattern.compile("(?m)^public (?:final )?(?:class|interface|record|enum) (\\w+)");

    private Snippets() {}

    /** Returns a loader of the classes, which stays open as they stay in use. */
    static URLClassLoader compile(Path folder, List<String> sources) throws IOException {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> arguments =
                new ArrayList<>(List.of("-parameters", "-proc:none", "-cp", classPath, "-d", folder.toString()));
        for (String source : sources) {
            arguments.add(Files.writeString(folder.resolve(name(source) + ".java"), source)
                    .toString());
        }
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        int failures = ToolProvider.getSystemJavaCompiler().run(null, null, said, arguments.toArray(String[]::new));
        assertThat(failures).as(said.toString(StandardCharsets.UTF_8)).isZero();
        return new URLClassLoader(new URL[] {folder.toUri().toURL()}, Snippets.class.getClassLoader());
    }

    static Class<?> compile(Path folder, String source) throws Exception {
        return compile(folder, List.of(source)).loadClass("com.example.demo." + name(source));
    }

    /** The public type, else the first one. */
    static String name(String source) {
        Matcher found = PUBLIC_TYPE.matcher(source);
        if (!found.find()) {
            found = TYPE.matcher(source);
            assertThat(found.find()).as("a type in\n" + source).isTrue();
        }
        return found.group(1);
    }

    /** Makes a file of a fragment; its own imports are kept. */
    static String wrapped(Block block, String name) throws IOException {
        String imports = lines(block, true);
        String code = lines(block, false);
        String body =
                switch (block.wrap()) {
                    case "members" -> code;
                    case "statements" -> "void fragment() throws Exception {\n" + code + "\n}";
                    default ->
                        throw new AssertionError(block + " is part of '" + block.wrap()
                                + "'. Let it begin with 'package', or put <!-- wrap: members --> or"
                                + " <!-- wrap: statements --> before it");
                };
        try (InputStream template =
                Objects.requireNonNull(Snippets.class.getResourceAsStream("/readme/Fragment.java.txt"))) {
            return new String(template.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("NAME", name)
                    .replace("SNIPPET", body)
                    .replaceFirst("\n\n", Matcher.quoteReplacement("\n\n" + imports));
        }
    }

    private static String lines(Block block, boolean imports) {
        return block.text()
                .lines()
                .filter(line -> line.matches("import .*;") == imports)
                .map(line -> line + "\n")
                .collect(Collectors.joining());
    }
}
