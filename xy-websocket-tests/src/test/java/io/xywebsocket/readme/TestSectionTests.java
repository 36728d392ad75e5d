package io.xywebsocket.readme;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** The README's example of a test, taken from the README and run. */
class TestSectionTests {

    private static final Path README = Path.of("..", "README.md");

    private static final String APPLICATION =
            """
            package com.example.demo;

            @org.springframework.boot.autoconfigure.SpringBootApplication
            class DemoApplication {}
            """;

    @TempDir
    Path folder;

    @Test
    void theTestOfTheReadmeCompilesAndPasses() throws Exception {
        compile("Stock", block("## Quick start"));
        compile("DemoApplication", APPLICATION);
        compile("StockTests", block("## Tests"));

        TestExecutionSummary result = run("com.example.demo.StockTests");

        assertThat(result.getFailures())
                .extracting(failure -> failure.getTestIdentifier().getDisplayName() + ": " + failure.getException())
                .isEmpty();
        assertThat(result.getTestsSucceededCount()).isEqualTo(3);
    }

    private static String block(String heading) throws IOException {
        Matcher block = Pattern.compile("^" + heading + "\n.*?```java\n(.*?)```", Pattern.DOTALL | Pattern.MULTILINE)
                .matcher(Files.readString(README));
        assertThat(block.find()).as("a block of Java below " + heading).isTrue();
        return block.group(1);
    }

    private void compile(String name, String source) throws IOException {
        Path file = Files.writeString(folder.resolve(name + ".java"), source);
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> options = new ArrayList<>(List.of("-parameters", "-proc:none", "-d", folder.toString()));
        options.addAll(List.of("-cp", folder + System.getProperty("path.separator") + classPath, file.toString()));
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, options.toArray(String[]::new)))
                .isZero();
    }

    private TestExecutionSummary run(String testClass) throws Exception {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader classes =
                new URLClassLoader(new URL[] {folder.toUri().toURL()}, before)) {
            Thread.currentThread().setContextClassLoader(classes);
            SummaryGeneratingListener summary = new SummaryGeneratingListener();
            LauncherFactory.create()
                    .execute(
                            LauncherDiscoveryRequestBuilder.request()
                                    .selectors(DiscoverySelectors.selectClass(classes.loadClass(testClass)))
                                    .build(),
                            summary);
            return summary.getSummary();
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }
}
