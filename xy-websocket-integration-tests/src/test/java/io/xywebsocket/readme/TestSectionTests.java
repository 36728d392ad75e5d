package io.xywebsocket.readme;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** The example of docs/testing.md, run. */
class TestSectionTests {

    private static final String APPLICATION =
            """
            package com.example.demo;

            @org.springframework.boot.autoconfigure.SpringBootApplication
            class DemoApplication {}
            """;

    @TempDir
    Path folder;

    @Test
    void theTestOfThePagePasses() throws Exception {
        TestExecutionSummary result;
        try (URLClassLoader classes = Snippets.compile(
                folder,
                List.of(
                        Page.of("docs/handlers.md").blocks("java").get(0).text(),
                        APPLICATION,
                        Page.of("docs/testing.md").blocks("java").get(0).text()))) {
            result = run(classes, "com.example.demo.StockTests");
        }

        assertThat(result.getFailures())
                .extracting(failure -> failure.getTestIdentifier().getDisplayName() + ": " + failure.getException())
                .isEmpty();
        assertThat(result.getTestsSucceededCount()).isEqualTo(3);
    }

    private static TestExecutionSummary run(ClassLoader classes, String testClass) throws Exception {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try {
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
