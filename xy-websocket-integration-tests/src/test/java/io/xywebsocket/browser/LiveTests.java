package io.xywebsocket.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.assertions.LocatorAssertions.IsVisibleOptions;
import com.microsoft.playwright.options.AriaRole;
import io.xywebsocket.XyEvent;
import io.xywebsocket.XyRpc;
import io.xywebsocket.sample.SampleApplication;
import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/** The page shows the calls and events that cross the connection, and the source that they run. */
class LiveTests extends SampleTest {

    /** The beginning of a function with a list that is told of no other frames; {@code #copy} shows it. */
    private static final String LIST_OF_ITS_OWN =
            """
            async () => {
              const { Live } = await import('/live.js');
              const root = document.getElementById('live').cloneNode(true);
              root.id = 'copy';
              root.querySelector('ul').replaceChildren();
              document.body.append(root);
              const live = new Live(root);
            """;

    /** Tells a list of its own of so many calls, each with another name, and the last one of them rejected. */
    private static final String SIXTY_CALLS = LIST_OF_ITS_OWN
            + """
              for (let i = 1; i <= 60; i++) live.log({ direction: 'out', kind: 'call', name: `call ${i}`, id: `${i}`, size: 1 });
              live.log({ direction: 'in', kind: 'rejection', name: 'call 60', id: '60', size: 1, status: 409, ms: 12 });
              live.log({ direction: 'out', kind: 'call', name: 'call 60', id: '61', size: 1 });
            }""";

    /** Tells a list of its own of three calls, two of them with the same id: each side counts its own calls. */
    private static final String CALLS_OF_BOTH_SIDES = LIST_OF_ITS_OWN
            + """
              live.log({ direction: 'out', kind: 'call', name: 'of the page', id: '1', size: 1 });
              live.log({ direction: 'in', kind: 'call', name: 'of the server', id: '1', size: 1 });
              live.log({ direction: 'in', kind: 'cancel', name: 'of the server', id: '1', size: 1 });
              live.log({ direction: 'out', kind: 'call', name: 'given up', id: '2', size: 1 });
              live.log({ direction: 'out', kind: 'cancel', name: 'given up', id: '2', size: 1 });
              live.log({ direction: 'out', kind: 'call', name: 'out of time', id: '3', size: 1 });
              live.log({ direction: 'in', kind: 'answer', name: 'out of time', id: '3', size: 1, status: 200 });
            }""";

    private static final String SOURCE_OF =
            """
            async (name) => {
              const { sourceOf } = await import('/source.js');
              return (await sourceOf(name)).map(({ file, pieces }) => [file, ...pieces.map((piece) => piece.join('\\n'))]);
            }""";

    @Test
    void aCallIsListedWithItsDirectionAndMilliseconds() {
        tab.sendParcel("Observatory", "Tannery");
        Locator row = row("parcel.create");
        assertThat(row).hasAttribute("data-direction", "out");
        assertThat(row).containsText(Pattern.compile("parcel\\.create\\d+ ms"));
        assertThat(row.getByLabel("call from this page to the server")).isVisible();
        Locator event = row("parcel.changed");
        assertThat(event).hasAttribute("data-direction", "in");
        assertThat(event.getByLabel("event from the server to this page")).isVisible();
        assertThat(row("courier.moved")).containsText(Pattern.compile("×\\d+"));
    }

    @Test
    void aRefusedCallIsListedWithItsStatus() {
        tab.get("track-input").fill("999");
        tab.get("track-button").click();
        assertThat(row("parcel.find")).containsText(Pattern.compile("404 · \\d+ ms"));
    }

    @Test
    void aPausedListStaysAsItIsUntilItGoesOn() {
        assertThat(row("city.snapshot")).isVisible();
        tab.get("live-pause").click();
        assertThat(tab.get("live-pause")).hasText("Resume");
        String parcel = tab.sendParcel("Observatory", "Tannery");
        tab.expectParcel(parcel, "WAITING");
        tab.expectParcel(open().sendParcel("Observatory", "Tannery"), "WAITING"); // time enough to draw
        assertThat(tab.get("live-row").and(tab.page().locator("[data-name='parcel.create']")))
                .hasCount(0);
        tab.get("live-pause").click();
        assertThat(row("parcel.create")).isVisible();
    }

    @Test
    void theListHoldsFiftyTheNewestFirstAndCountsWhatComesAgain() {
        tab.page().evaluate(SIXTY_CALLS);
        Locator rows = tab.page().locator("#copy li");
        assertThat(rows).hasCount(50);
        assertThat(rows.first()).containsText("call 60×2409 · 12 ms");
        assertThat(rows.nth(1)).containsText("call 59…");
        assertThat(rows.last()).containsText("call 11…");
    }

    @Test
    void aCancelledCallIsThatOfTheSideThatCancelsIt() {
        tab.page().evaluate(CALLS_OF_BOTH_SIDES);
        Locator rows = tab.page().locator("#copy li");
        assertThat(rows).hasText(new String[] {
            "→out of timetoo late", "→given upcancelled", "←of the servercancelled", "→of the page…"
        });
    }

    @Test
    void aCallThatIsOpenWhenTheConnectionIsLostIsListedWithoutAnAnswer() {
        tab.get("tab-couriers").click();
        tab.press(tab.get("drive-c1"));
        assertThat(tab.get("question").first()).isVisible(new IsVisibleOptions().setTimeout(10_000));
        assertThat(row("courier.accept")).containsText("…");
        tab.page().evaluate("dispatchEvent(new Event('online'))"); // which says that the network was gone
        Locator unanswered = tab.page().locator("[data-testid=live-row][data-name='courier.accept']");
        assertThat(unanswered
                        .filter(new Locator.FilterOptions().setHasText("no answer"))
                        .first())
                .isVisible();
    }

    @Test
    void aSourceThatCouldNotBeLoadedIsAskedForAgain() {
        Locator source = tab.get("source");
        tab.page().evaluate("() => { window.realFetch = fetch; }");
        for (String answer :
                List.of("Promise.reject(new TypeError('unreachable'))", "new Response('', { status: 503 })")) {
            tab.page()
                    .evaluate("() => { window.fetch = async (address) => address.endsWith('/Depot.java') ? " + answer
                            + " : realFetch(address); }");
            tab.press(row("city.stats").getByRole(AriaRole.BUTTON));
            assertThat(source).containsText("The source could not be loaded.");
            tab.get("source-close").click();
        }
        tab.page().evaluate("() => { window.fetch = realFetch; }");
        tab.press(row("city.stats").getByRole(AriaRole.BUTTON));
        assertThat(source.locator("figure[data-file='CityFunctions.java']")).containsText("Stats stats() {");
        assertThat(source).not().containsText("could not be loaded");
    }

    @Test
    void onAPhoneTheListIsOneLineUntilItIsOpened() {
        Tab phone = openOnPhone();
        assertThat(phone.get("live-latest")).hasText(Pattern.compile("[→←] \\w+\\.\\w+.*"));
        assertThat(phone.get("live-list")).isHidden();
        phone.get("live-summary").tap();
        assertThat(phone.get("live-row").first()).isInViewport();
        phone.get("live-summary").tap();
        assertThat(phone.get("live-list")).isHidden();
        assertThat(phone.get("note-input")).isInViewport();
    }

    @Test
    void aButtonBesideEachActionShowsTheLinesThatItRuns() {
        tab.get("new-parcel").click();
        Locator see = tab.page().getByLabel("View source of Send it");
        see.click();
        Locator source = tab.get("source");
        assertThat(source).isVisible();
        assertThat(source).hasAccessibleName("parcel.create");
        assertThat(source.locator("figure[data-file='town.js']")).containsText("await xy.call('parcel.create', ");
        assertThat(source.locator("figure[data-file='ParcelFunctions.java']"))
                .containsText(Pattern.compile("^On the server, ParcelFunctions\\.java@XyRpc\\(\"parcel\\.create\"\\)"));
        tab.page().keyboard().press("Escape");
        assertThat(source).isHidden();
        assertThat(see).isFocused();

        tab.press(row("city.stats").getByRole(AriaRole.BUTTON));
        assertThat(source.locator("figure[data-file='CityFunctions.java']")).containsText("Stats stats() {");
        tab.get("source-close").click();
        assertThat(source).isHidden();
    }

    @Test
    void theSourceOfEachNameIsWhatStandsInTheFilesOfBothSides() throws Exception {
        List<String> names = new ArrayList<>(namesOfTheServer());
        assertThat(names).hasSizeGreaterThan(10);
        names.addAll(namesIn("xy\\.(?:on|register)\\('([^']+)'"));
        for (String name : names) {
            Map<Boolean, List<List<?>>> found = ((List<?>) tab.page().evaluate(SOURCE_OF, name))
                    .stream().map(file -> (List<?>) file).collect(Collectors.partitioningBy(file -> file.get(0)
                            .equals("town.js")));
            assertThat(found.get(false)).as("server's source of " + name).isNotEmpty();
            boolean onlyTheServer = List.of("courier.list", "parcel.list").contains(name); // for other clients
            assertThat(found.get(true).isEmpty()).as("page's source of " + name).isEqualTo(onlyTheServer);
            for (List<?> file : found.values().stream().flatMap(List::stream).toList()) {
                String text = file.get(0).equals("town.js")
                        ? resource("static/town.js")
                        : resource("static/source/" + file.get(0)).replaceAll("(?m)^ {4}", "");
                for (Object piece : file.subList(1, file.size())) {
                    assertThat((String) piece).contains(name);
                    assertThat(text).contains((String) piece);
                }
            }
        }
    }

    private Locator row(String name) {
        return tab.page()
                .locator("[data-testid=live-row][data-name='" + name + "']")
                .first();
    }

    private static List<String> namesOfTheServer() throws ClassNotFoundException {
        ClassPathScanningCandidateComponentProvider scanner = new ClassPathScanningCandidateComponentProvider(true);
        List<String> names = new ArrayList<>();
        for (var bean : scanner.findCandidateComponents(SampleApplication.class.getPackageName())) {
            Class<?> type = ClassUtils.forName(Objects.requireNonNull(bean.getBeanClassName()), null);
            for (var method : ReflectionUtils.getDeclaredMethods(type)) {
                names.addAll(named(method.getAnnotation(XyRpc.class), XyRpc::value));
                names.addAll(named(method.getAnnotation(XyEvent.class), XyEvent::value));
            }
        }
        return names;
    }

    private static <A extends Annotation> List<String> named(A annotation, Function<A, String> name) {
        return Stream.ofNullable(annotation).map(name).toList();
    }

    private static List<String> namesIn(String pattern) throws IOException {
        return Pattern.compile(pattern)
                .matcher(resource("static/town.js"))
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    private static String resource(String path) throws IOException {
        try (InputStream file = SampleApplication.class.getClassLoader().getResourceAsStream(path)) {
            return new String(Objects.requireNonNull(file, path).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
