package io.xywebsocket.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import io.xywebsocket.browser.Tab.Place;
import io.xywebsocket.browser.Tab.Point;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the page looks like on a desktop and on a phone, in light and in dark, and for whom it can be used. */
class AppearanceTests extends SampleTest {

    private static final String IS_UNCOVERED =
            """
            (courier) => {
              const { left, right, top, bottom } = document.querySelector(`[data-testid=courier-${courier}] .disc`).getBoundingClientRect();
              const points = [[left + 2, (top + bottom) / 2], [right - 2, (top + bottom) / 2], [(left + right) / 2, top + 2], [(left + right) / 2, bottom - 2]];
              return points.every(([x, y]) => document.elementFromPoint(x, y)?.closest('[data-id]')?.dataset.id === courier);
            }""";
    /** Looks with each frame whether nothing lies over the courier in a state that passes, which {@code wasUncovered} remembers. */
    private static final String WATCH =
            """
            (courier) => {
              const isUncovered = UNCOVERED;
              const look = () => {
                window.wasUncovered ||= (STATE) && isUncovered(courier);
                if (!window.wasUncovered) requestAnimationFrame(look);
              };
              window.wasUncovered = false;
              look();
            }"""
                    .replace("UNCOVERED", IS_UNCOVERED);

    private static final String A_QUESTION_IS_OPEN = "document.querySelector('.question')";
    private static final String THREE_TOASTS_ARE_SHOWN = "document.querySelectorAll('.toast').length === 3";

    private static final String POST_THREE_NOTES =
            """
            () => {
              for (let i = 0; i < 3; i++) {
                document.getElementById('note-input').value = 'Look out!';
                document.getElementById('note-form').requestSubmit();
              }
            }""";

    /** In place of open questions three others, as when several people give parcels to one courier, two of them the same one. */
    private static final String ASK_THREE_TIMES =
            """
            async () => {
              const { Panel } = await import('/panel.js');
              const panel = new Panel({});
              document.querySelectorAll('[data-testid=question-no]').forEach((no) => no.click());
              window.answers = [];
              for (const parcel of ['P-1', 'P-2', 'P-3', 'P-1']) {
                const offer = { parcel, from: 'Observatory', to: 'Tannery', weight: 2.5, distance: 700, seconds: 120 };
                panel.ask({ name: 'Ada', hue: 45 }, offer, false).then((yes) => window.answers.push(`${parcel} ${yes}`));
              }
            }""";

    /** Whoever carries a parcel and those who show one, as long as these are not the same. */
    private static final String LOADS =
            """
            () => {
              const carriers = [...document.querySelectorAll('.parcel-card[data-state=CARRIED] .state')].map((state) => state.textContent.split(' ')[0]);
              const shown = [...document.querySelectorAll('.courier:has(.load)')].map((courier) => courier.querySelector('.courier-name').textContent);
              return carriers.length > 0 && carriers.sort().join() === shown.sort().join();
            }""";

    /** A point 18 pixels beside the parcel to which no other parcel is nearer, and no courier will be soon. */
    private static final String BESIDE =
            """
            (parcel) => {
              const all = [...document.querySelectorAll('#actors [data-id]')].map((element) => ({ id: element.dataset.id, at: element.getScreenCTM(), gap: element.matches('.courier') ? 70 : 22 }));
              const { at } = all.find(({ id }) => id === parcel);
              const around = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => ({ x: at.e + 18 * Math.cos((i * Math.PI) / 4), y: at.f + 18 * Math.sin((i * Math.PI) / 4) }));
              const point = around.find(({ x, y }) => all.every((other) => other.id === parcel || Math.hypot(other.at.e - x, other.at.f - y) > other.gap));
              return point && `${point.x}:${point.y}`;
            }""";

    private static final String SMALL_TARGETS =
            """
            () => [...document.querySelectorAll('button, input, select, summary')]
              .filter((element) => element.checkVisibility() && element.getClientRects().length)
              .map((element) => ({ element, box: element.getBoundingClientRect() }))
              .filter(({ box }) => Math.min(box.width, box.height) < 43.9)
              .map(({ element, box }) => `${element.outerHTML.slice(0, 90)} ${box.width} × ${box.height}`)""";
    private static final String NAMES =
            """
            (names) => {
              const boxes = names.map((name) => ({ name: name.textContent, box: name.getBoundingClientRect(), size: parseFloat(getComputedStyle(name).fontSize) * name.getScreenCTM().a }));
              const wrong = boxes.filter(({ box, size }) => size < 10 || box.left < 0 || box.right > innerWidth || box.top < 0).map(({ name, size }) => `${name}: ${size} px`);
              const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 3 && b.top < a.bottom - 3;
              return [...wrong, ...boxes.flatMap((a, i) => boxes.slice(i + 1).filter((b) => meet(a.box, b.box)).map((b) => `${a.name} / ${b.name}`))];
            }""";
    private static final String SERIOUS =
            """
            async () => (await axe.run(document, { resultTypes: ['violations'] })).violations
              .filter(({ impact }) => impact === 'serious' || impact === 'critical')
              .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary}`))""";

    @Test
    void onAPhoneThePlacesNamesCanBeReadAndNoneCoversAnother() {
        Tab phone = openOnPhone();
        assertThat(phone.page().locator(".place-name")).hasCount(20);
        phone.page().waitForFunction("() => document.querySelector('.place-name').hasAttribute('x')");
        assertThat((List<?>) phone.page().locator(".place-name").evaluateAll(NAMES))
                .isEmpty();
        assertThat(phone.page().locator(".place-name").first()).isVisible();
    }

    @Test
    void onAPhoneAllThatIsTouchedIsLargeEnough() {
        Tab phone = openOnPhone();
        phone.get("new-parcel").tap();
        expectLargeTargets(phone);
        phone.sendParcel("Rampart Inn", "Tannery");
        expectLargeTargets(phone);
        phone.get("tab-people").tap();
        expectLargeTargets(phone);
        phone.driveAnyFreeCourier();
        assertThat(phone.get("question").first()).isVisible();
        expectLargeTargets(phone);
        phone.get("live-summary").tap();
        assertThat(phone.get("live-row").first()).isVisible();
        expectLargeTargets(phone);
        phone.press(phone.get("live-row").first().locator("button"));
        assertThat(phone.get("source")).isVisible();
        expectLargeTargets(phone);
    }

    private static void expectLargeTargets(Tab phone) {
        assertThat((List<?>) phone.page().evaluate(SMALL_TARGETS)).isEmpty();
    }

    @Test
    void aFingerNeedNotHitAParcelExactly() {
        Tab phone = openOnPhone();
        String parcel = phone.sendParcel("Rampart Inn", "Tannery");
        Locator card = phone.get("parcel-card-" + parcel);
        phone.press(card.getByRole(AriaRole.BUTTON).first());
        assertThat(card).not().hasAttribute("aria-current", "true");
        String[] beside = phone.page()
                .waitForFunction(BESIDE, parcel)
                .jsonValue()
                .toString()
                .split(":");
        phone.page().touchscreen().tap(Double.parseDouble(beside[0]), Double.parseDouble(beside[1]));
        assertThat(card).hasAttribute("aria-current", "true");
    }

    @Test
    void nothingLiesOverTheCourierThatIsDriven() {
        expectUncoveredAtTheBoatYard(tab);
    }

    @Test
    void nothingLiesOverTheCourierThatIsDrivenOnAPhone() {
        expectUncoveredAtTheBoatYard(openOnPhone());
    }

    private void expectUncoveredAtTheBoatYard(Tab driver) {
        String courier = driver.driveAnyFreeCourier();
        driver.declineFirstQuestion();
        Point boatYard = place(driver, "Boat Yard").at();
        driver.rideTo(boatYard);
        driver.expectAt(courier, boatYard);
        watch(driver, courier, A_QUESTION_IS_OPEN);
        Tab other = open();
        String parcel = other.sendParcel("Observatory", "Tannery");
        other.assign(courier);
        assertThat(driver.question(parcel)).isAttached(); // on a phone it may have to wait for another one
        expectWasUncovered(driver);
    }

    private static void watch(Tab driver, String courier, String state) {
        driver.page().evaluate(WATCH.replace("STATE", state), courier);
    }

    private static void expectWasUncovered(Tab driver) {
        driver.page().waitForFunction("() => window.wasUncovered");
    }

    @Test
    void onAPhoneOneQuestionAboutEachParcelIsShownAtATimeTheOldestFirst() {
        Tab phone = openOnPhone();
        String courier = phone.driveAnyFreeCourier();
        phone.declineFirstQuestion();
        phone.page().evaluate(ASK_THREE_TIMES);
        watch(phone, courier, "document.querySelectorAll('.question').length >= 3");
        expectWasUncovered(phone);
        Locator more = phone.question("P-1").getByTestId("question-more");
        assertThat(more).hasText(Pattern.compile("[23] more questions wait")); // the dispatcher may ask as well
        assertThat(phone.question("P-2")).isHidden();
        assertThat(phone.question("P-3")).isHidden();
        expectLargeTargets(phone);
        phone.question("P-1").getByTestId("question-no").tap();
        assertThat(phone.question("P-2")).isVisible();
        assertThat(phone.question("P-2")).isFocused();
        assertThat(phone.question("P-3")).isHidden();
        phone.question("P-2").getByTestId("question-no").tap();
        phone.question("P-3").getByTestId("question-yes").tap();
        assertThat(phone.get("question")).hasCount(0);
        phone.page().waitForFunction("() => window.answers.join() === 'P-1 false,P-1 false,P-2 false,P-3 true'");
    }

    @Test
    void nothingOfAToastLiesOverTheCourierThatIsDriven() {
        tab.page().emulateMedia(new Page.EmulateMediaOptions().setReducedMotion(ReducedMotion.REDUCE));
        String courier = tab.driveAnyFreeCourier();
        tab.declineFirstQuestion();
        Place lighthouse = place(tab, "Gull Lighthouse");
        tab.rideTo(lighthouse.at());
        tab.expectAt(courier, lighthouse.at());
        watch(tab, courier, THREE_TOASTS_ARE_SHOWN);
        open().page().evaluate(POST_THREE_NOTES); // a toast is shown for a few seconds only
        expectWasUncovered(tab);
    }

    private static Place place(Tab tab, String name) {
        return tab.placesAround(new Point(0, 0)).stream()
                .filter(place -> place.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whoCarriesAParcelShowsItAndNobodyElse() {
        String courier = tab.driveAnyFreeCourier();
        String parcel = tab.sendParcel("Observatory", "Tannery");
        tab.assign(courier);
        tab.question(parcel).getByTestId("question-yes").click();
        tab.expectParcel(parcel, "ASSIGNED"); // on the way to it, with nothing on the bicycle
        assertThat(tab.get("courier-" + courier).locator(".load")).hasCount(0);
        tab.page().waitForFunction(LOADS);
    }

    @Test
    void whoWantsNoMotionSeesNothingMoveButTheCouriers() {
        tab.page().emulateMedia(new Page.EmulateMediaOptions().setReducedMotion(ReducedMotion.REDUCE));
        tab.sendParcel("Observatory", "Tannery");
        String driven = tab.driveAnyFreeCourier();
        assertThat(tab.get("question").first()).isVisible();
        tab.page()
                .waitForFunction("() => document.getAnimations().length === 0"
                        + " && document.getElementById('map').animationsPaused()");
        String riding = driven.equals("c1") ? "c2" : "c1";
        tab.expectMoved(riding, tab.at(riding), 10);
    }

    @ParameterizedTest
    @EnumSource(
            value = ColorScheme.class,
            names = {"LIGHT", "DARK"})
    void anAccessibilityCheckFindsNothingSerious(ColorScheme scheme) throws IOException {
        expectAccessible(tab, scheme);
        expectAccessible(openOnPhone(), scheme);
    }

    private static void expectAccessible(Tab tab, ColorScheme scheme) throws IOException {
        Page page = tab.page();
        page.emulateMedia(new Page.EmulateMediaOptions()
                .setColorScheme(scheme)
                .setReducedMotion(ReducedMotion.REDUCE)); // what fades in has another contrast
        page.evaluate(axe());
        tab.fillInParcel("Observatory", "Tannery", "99");
        assertThat(tab.get("field-error-weight")).isVisible();
        expectNothingSerious(page, "a form with an error");
        tab.sendParcel("Observatory", "Tannery");
        tab.get("track-input").fill("999");
        tab.get("track-button").click();
        assertThat(tab.get("track-error")).isVisible();
        expectNothingSerious(page, "parcels");
        tab.get("note-input").fill("Good morning!");
        tab.get("note-send").click();
        tab.get("tab-people").click();
        assertThat(tab.get("note")).isVisible();
        expectNothingSerious(page, "people");
        tab.driveAnyFreeCourier();
        assertThat(tab.get("question").first()).isVisible();
        expectNothingSerious(page, "couriers, and a question");
        page.evaluate("() => document.querySelector('[data-testid=question-no]')?.click()"); // its time may be over
        assertThat(tab.get("question")).hasCount(0);
        if (tab.get("live-list").isHidden()) {
            tab.get("live-summary").click();
        }
        tab.press(tab.page()
                .getByTestId("live-row")
                .filter(new Locator.FilterOptions().setHasText(Pattern.compile("city.stats")))
                .first()
                .locator("button"));
        assertThat(tab.get("source-text").locator("pre").first()).isVisible();
        expectNothingSerious(page, "calls, and a source");
        tab.get("source-close").click();
        if (tab.get("live").getAttribute("open") != null) {
            tab.get("live-summary").click();
        }
        tab.press(page.getByTestId(Pattern.compile("leave-c\\d"))); // not the bar's: a question may be in its place
    }

    private static void expectNothingSerious(Page page, String what) {
        assertThat((List<?>) page.evaluate(SERIOUS)).as(what).isEmpty();
    }

    private static String axe() throws IOException {
        try (InputStream script = AppearanceTests.class.getResourceAsStream("/axe.min.js")) {
            return new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
