package io.xywebsocket.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import io.xywebsocket.browser.Chromium;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The JavaScript client's scenarios in a browser, with the module that the starter serves. */
class JavaScriptInChromiumTests {

    @RegisterExtension
    static final Chromium CHROMIUM = new Chromium();

    @Test
    void allScenariosPassWithTheStarter() {
        try (App app = App.start()) {
            Page page = CHROMIUM.open("http://localhost:" + app.port() + "/scenarios/page.html");
            page.waitForFunction("window.failed", null, new Page.WaitForFunctionOptions().setTimeout(50_000));
            String output = page.locator("#output").textContent();
            assertThat((List<?>) page.evaluate("failed")).as(output).isEmpty();
            assertThat(output).contains("ok      ");
        }
    }
}
