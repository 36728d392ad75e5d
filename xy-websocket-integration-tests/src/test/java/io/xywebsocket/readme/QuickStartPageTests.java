package io.xywebsocket.readme;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import io.xywebsocket.browser.Chromium;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;

/** The page of the README's quick start, in a browser. */
class QuickStartPageTests {

    @RegisterExtension
    static final Chromium CHROMIUM = new Chromium();

    @TempDir
    Path folder;

    @Test
    void whatOneTabTakesBothTabsShow() throws Exception {
        Files.writeString(folder.resolve("index.html"), QuickStartTests.block("html"));
        Files.createFile(folder.resolve("favicon.ico")); // a browser asks for it by itself
        Class<?> bean = Snippets.compile(folder, QuickStartTests.block("java"));
        try (ConfigurableApplicationContext application =
                QuickStartTests.start(bean, "--spring.web.resources.static-locations=" + folder.toUri())) {
            String url = "http://localhost:" + QuickStartTests.port(application) + "/";
            Page one = CHROMIUM.open(url);
            Page other = CHROMIUM.open(url);
            assertThat(one.locator("output")).hasText("12");
            assertThat(other.locator("output")).hasText("12");

            List<String> asked = new ArrayList<>();
            one.onDialog(dialog -> {
                asked.add(dialog.type() + ": " + dialog.message());
                dialog.accept();
            });
            one.locator("button").click();
            assertThat(one.locator("output")).hasText("11");
            assertThat(other.locator("output")).hasText("11");
            assertThat(asked).containsExactly("confirm: Take 1?");
        }
    }
}
