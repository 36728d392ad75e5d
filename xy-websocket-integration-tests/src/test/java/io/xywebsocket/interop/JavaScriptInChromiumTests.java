package io.xywebsocket.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.microsoft.playwright.Page;
import io.xywebsocket.XyException;
import io.xywebsocket.XyPayload;
import io.xywebsocket.XyPeer;
import io.xywebsocket.browser.Chromium;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

    @Test
    void theFirstExampleOfItsReadmeDoesWhatItSaysAsItStands() throws Exception {
        CompletableFuture<String> scanned = new CompletableFuture<>();
        try (App app = App.start()) {
            app.handlers().register("stock.level", (name, payload, peer) -> payload);
            app.handlers().on("parcel.scanned", (name, payload, peer) -> scanned.complete(payload.json()));
            Page page = CHROMIUM.open("http://localhost:" + app.port() + "/interop/example.html");
            page.addScriptTag(new Page.AddScriptTagOptions().setType("module").setContent(firstExample()));

            assertThat(scanned.get(15, TimeUnit.SECONDS)).isEqualTo("{\"parcel\":\"P-1\"}");
            XyPeer peer = app.peers().iterator().next();
            assertThat(peer.await("courier.locate", "c1", String.class)).isEqualTo("where c1 is");
            XyException busy =
                    catchThrowableOfType(XyException.class, () -> peer.await("courier.accept", XyPayload.class));
            assertThat(busy.status()).isEqualTo(409);
            assertThat(busy.details()).containsEntry("until", "17:00");
            peer.send("stock.changed", "less");
            page.waitForFunction("shown.includes('less')");
        }
    }

    private static String firstExample() throws IOException {
        String readme = Files.readString(Programs.SCENARIOS.resolve("../../README.md"));
        Matcher example = Pattern.compile("```js\n(.*?)```", Pattern.DOTALL).matcher(readme);
        assertThat(example.find()).isTrue();
        return example.group(1);
    }
}
