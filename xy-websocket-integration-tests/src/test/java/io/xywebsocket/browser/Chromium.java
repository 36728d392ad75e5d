package io.xywebsocket.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.setDefaultAssertionTimeout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.extension.ConditionEvaluationResult.disabled;
import static org.junit.jupiter.api.extension.ConditionEvaluationResult.enabled;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;

/**
 * A headless Chromium, the machine's own. All tabs of a test share one profile, which is new and empty; a test fails if one
 * of its pages has thrown, or has written an error to the console.
 *
 * <p>Without Chromium the tests are skipped, or fail if {@code xy.test.browser} is {@code required}. If it is {@code off}, they are
 * skipped everywhere.
 */
public final class Chromium implements ExecutionCondition, BeforeAllCallback, AfterEachCallback {

    /** Pages are drawn by the processor here, which a map at sixty frames a second would keep from everything else. */
    private static final String FEWER_FRAMES =
            "{ const draw = requestAnimationFrame; window.requestAnimationFrame = frame => setTimeout(() => draw(frame), 60); }";

    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");
    private static final List<String> ARGUMENTS = List.of(
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync");
    private static final String ABSENT = "There is no Chromium on the PATH: " + String.join(", ", NAMES);
    private static final double PATIENCE = 40_000; // a click, too, takes long on a busy machine

    private final List<String> errors = new ArrayList<>();
    private Browser browser;
    private BrowserContext profile;
    private BrowserContext phone;

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext test) {
        String wanted = System.getProperty("xy.test.browser");
        if ("off".equals(wanted)) {
            return disabled("xy.test.browser is off");
        }
        return executable().isPresent() || "required".equals(wanted)
                ? enabled("There is a Chromium, or must be")
                : disabled(ABSENT);
    }

    @Override
    public void beforeAll(ExtensionContext test) {
        browser = Running.of(test, executable().orElseThrow(() -> new AssertionError(ABSENT))).browser;
    }

    /** Opens a tab; the first one of a test in a new profile. */
    public Page open(String url) {
        if (profile == null) {
            profile = newProfile(new Browser.NewContextOptions().setViewportSize(1280, 800));
        }
        return open(url, profile);
    }

    /** Opens a tab on a phone, which has a profile of its own. */
    public Page openOnPhone(String url) {
        if (phone == null) {
            phone = newProfile(new Browser.NewContextOptions()
                    .setViewportSize(390, 844)
                    .setIsMobile(true)
                    .setHasTouch(true));
        }
        return open(url, phone);
    }

    private BrowserContext newProfile(Browser.NewContextOptions options) {
        BrowserContext context = browser.newContext(options);
        context.setDefaultTimeout(PATIENCE);
        context.addInitScript(FEWER_FRAMES);
        context.onWebError(error -> errors.add(error.page().url() + ": " + error.error()));
        context.onConsoleMessage(this::listen);
        return context;
    }

    private static Page open(String url, BrowserContext context) {
        Page page = context.newPage();
        page.navigate(url);
        return page;
    }

    private void listen(ConsoleMessage message) {
        // the browser itself says so of each attempt to connect while the server is away
        boolean failedToConnect = message.text().matches("WebSocket connection to '.*' failed: .*");
        if (message.type().equals("error") && !failedToConnect) {
            errors.add(message.page().url() + ": " + message.text() + " (" + message.location() + ")");
        }
    }

    @Override
    public void afterEach(ExtensionContext test) {
        List<BrowserContext> contexts =
                Stream.of(profile, phone).filter(Objects::nonNull).toList();
        try {
            if (test.getExecutionException().isPresent()) {
                takePictures(test.getRequiredTestClass().getSimpleName() + "." + test.getDisplayName(), contexts);
            }
            contexts.forEach(BrowserContext::close);
            assertThat(errors).as("what went wrong in the pages").isEmpty();
        } finally {
            profile = null;
            phone = null;
            errors.clear();
        }
    }

    private static void takePictures(String name, List<BrowserContext> contexts) {
        List<Page> pages =
                contexts.stream().flatMap(context -> context.pages().stream()).toList();
        for (Page page : pages) {
            int number = 1 + pages.indexOf(page);
            Path file = Path.of("target", "pictures", name.replaceAll("[^\\w.]", "") + "-" + number + ".png");
            page.screenshot(new Page.ScreenshotOptions().setPath(file));
        }
    }

    private static Optional<Path> executable() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Started once for all test classes, and closed after the last one. */
    private static final class Running implements AutoCloseable, Store.CloseableResource {

        private final Playwright playwright;
        private final Browser browser;

        private Running(Path executable) {
            setDefaultAssertionTimeout(PATIENCE);
            playwright = Playwright.create(
                    new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
            browser = playwright
                    .chromium()
                    .launch(new LaunchOptions()
                            .setExecutablePath(executable)
                            .setHeadless(true)
                            .setArgs(ARGUMENTS));
        }

        static Running of(ExtensionContext test, Path executable) {
            Store store = test.getRoot().getStore(Namespace.create(Chromium.class));
            Running running = store.get(Running.class, Running.class);
            if (running == null) {
                running = new Running(executable);
                store.put(Running.class, running);
            }
            return running;
        }

        @Override
        public void close() {
            playwright.close();
        }
    }
}
