package io.xywebsocket.readme;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.xywebsocket.interop.Programs;
import io.xywebsocket.readme.Page.Block;
import io.xywebsocket.spring.autoconfigure.XyClientProperties;
import io.xywebsocket.spring.autoconfigure.XyWebSocketProperties;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.io.ByteArrayResource;
import org.w3c.dom.Element;

/** Every block of code on every page is compiled, bound, parsed or compared with what it speaks of. Other tests run some of them. */
class SnippetTests {

    /** Text, and blocks without a language, are output and drawings. Those of TypeScript and JSX are checked where the package is. */
    private static final Set<String> LANGUAGES =
            Set.of("", "html", "java", "js", "json", "jsx", "kotlin", "sh", "text", "ts", "xml", "yaml");

    @RegisterExtension
    final Programs programs = new Programs();

    @TempDir
    Path folder;

    static List<Page> pages() throws IOException {
        return Page.all();
    }

    private static List<Block> blocks(String language) throws IOException {
        List<Block> blocks = new ArrayList<>();
        for (Page page : Page.all()) {
            blocks.addAll(page.blocks(language));
        }
        assertThat(blocks).as("blocks of " + language).isNotEmpty();
        return blocks;
    }

    @ParameterizedTest
    @MethodSource("pages")
    void aBlockHasALanguageThatIsChecked(Page page) {
        assertThat(page.blocks())
                .allSatisfy(block -> assertThat(LANGUAGES).as("%s", block).contains(block.language()));
    }

    @ParameterizedTest
    @MethodSource("pages")
    void javaCompiles(Page page) throws IOException {
        List<Block> blocks = page.blocks("java");
        List<String> sources = new ArrayList<>();
        Set<String> names = new TreeSet<>();
        for (Block block : blocks) {
            String source = block.isFile() ? block.text() : Snippets.wrapped(block, "Fragment" + block.line());
            assertThat(names.add(Snippets.name(source)))
                    .as("%s has a name of its own", block)
                    .isTrue();
            sources.add(source);
        }
        Stream.of(
                        Page.of("docs/handlers.md").blocks("java"),
                        Page.of("docs/java-client.md").blocks("java"))
                .flatMap(List::stream)
                .filter(Block::isFile)
                .map(Block::text)
                .filter(source -> names.add(Snippets.name(source))) // what other pages refer to
                .forEach(sources::add);
        Snippets.compile(folder, sources).close();
    }

    /** Of Spring Boot's starter for Redis, which is not on this class path. */
    private static final Set<String> OF_REDIS =
            Set.of("spring.data.redis.host", "spring.data.redis.timeout", "spring.data.redis.connect-timeout");

    @Test
    void propertiesAreKnownAndHaveValuesThatTheyCanHave() throws IOException {
        Set<String> known = Metadata.names();
        known.addAll(OF_REDIS);
        for (Block block : blocks("yaml")) {
            MutablePropertySources sources = new MutablePropertySources();
            new YamlPropertySourceLoader()
                    .load(block.toString(), new ByteArrayResource(block.text().getBytes(StandardCharsets.UTF_8)))
                    .forEach(sources::addLast);
            sources.forEach(source -> assertThat(((EnumerablePropertySource<?>) source).getPropertyNames())
                    .as("%s", block)
                    .isNotEmpty()
                    .allMatch(name -> isKnown(name, known)));
            Binder binder = new Binder(ConfigurationPropertySources.from(sources));
            binder.bindOrCreate("xy.websocket", XyWebSocketProperties.class);
            binder.bindOrCreate("xy.websocket", XyClientProperties.class);
        }
    }

    /** As it is, as an element of a list, as an entry of a map, or of a client with a name. */
    private static boolean isKnown(String property, Set<String> known) {
        String name = property.replaceFirst("\\[\\d+]$", "")
                .replaceFirst("^xy\\.websocket\\.clients\\.\\w+", "xy.websocket.client");
        return known.contains(name)
                || known.stream()
                        .filter(map -> map.endsWith(".*"))
                        .map(map -> map.substring(0, map.length() - 2))
                        .anyMatch(map -> name.startsWith(map + ".") || name.startsWith(map + "["));
    }

    @Test
    void dependenciesAreArtifactsOfThisProject() throws Exception {
        String version = element(Files.readString(Page.ROOT.resolve("pom.xml")), "version");
        for (Block block : blocks("xml")) {
            assertThat(artifact(block)).isDirectory();
            assertThat(element(block.text(), "version")).as("%s", block).isEqualTo(version);
        }
        for (Block block : blocks("kotlin")) {
            List<MatchResult> found = Pattern.compile("\"io\\.xywebsocket:([\\w-]+):([^\"]+)\"")
                    .matcher(block.text())
                    .results()
                    .toList();
            assertThat(found).as("%s", block).isNotEmpty().allSatisfy(dependency -> {
                assertThat(Page.ROOT.resolve(dependency.group(1))).isDirectory();
                assertThat(dependency.group(2)).isEqualTo(version);
            });
        }
    }

    private static Path artifact(Block block) throws Exception {
        Element root = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(block.text().getBytes(StandardCharsets.UTF_8)))
                .getDocumentElement();
        assertThat(root.getElementsByTagName("groupId").item(0).getTextContent())
                .isEqualTo("io.xywebsocket");
        return Page.ROOT.resolve(root.getElementsByTagName("artifactId").item(0).getTextContent());
    }

    private static String element(String xml, String name) {
        return Pattern.compile("(?s)io\\.xywebsocket</groupId>.*?<" + name + ">(.*?)<")
                .matcher(xml)
                .results()
                .findFirst()
                .orElseThrow()
                .group(1);
    }

    @Test
    void javaScriptParses() throws Exception {
        for (Block block : blocks("js")) {
            Path file = Files.writeString(folder.resolve("block" + block.line() + ".mjs"), block.text());
            assertThat(programs.checkInNode(file)).as("%s", block).isEmpty();
        }
    }

    @Test
    void jsonIsJson() throws IOException {
        ObjectMapper mapper = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
        for (Page page : Page.all()) {
            for (Block block : page.blocks("json")) {
                assertThat(mapper.readTree(block.text())).as("%s", block).isNotEmpty();
            }
        }
    }

    @Test
    void commandsNameScriptsThatAreThere() throws IOException {
        for (Block block : blocks("sh")) {
            block.text().lines().map(line -> line.replaceFirst(" .*", "")).forEach(command -> {
                if (command.contains("/")) {
                    assertThat(Page.ROOT.resolve(command)).as("%s", block).isExecutable();
                } else {
                    assertThat(command).as("%s", block).isIn("npm", "cd", "");
                }
            });
        }
    }

    @Test
    void theReadmeIsShort() throws IOException {
        assertThat(Page.of("README.md").lines()).hasSizeLessThanOrEqualTo(150);
    }
}
