package io.xywebsocket.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.assertions.LocatorAssertions.IsVisibleOptions;
import com.microsoft.playwright.options.AriaRole;
import io.xywebsocket.browser.Tab.Place;
import io.xywebsocket.browser.Tab.Point;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Who takes a courier over is asked, and rides; also without a mouse. */
class QuestionTests extends SampleTest {

    /** From now on what a courier's taking is answered with is a state from before the last event. */
    private static final String ANSWERS_ARE_OLD =
            """
            () => {
              const parse = JSON.parse;
              JSON.parse = (text) => {
                const frame = parse(text);
                if (frame.e === 'resolve.courier.take') frame.p.version--;
                return frame;
              };
            }""";

    @Test
    void whoeverTakesACourierOverIsAskedWithinTenSecondsWhicheverItIs() {
        tab.get("tab-couriers").click();
        for (int i = 1; i <= 8; i++) {
            tab.press(tab.get("drive-c" + i));
            assertThat(tab.get("leave-c" + i)).isVisible();
            assertThat(anyQuestion()).isVisible(new IsVisibleOptions().setTimeout(10_000));
            tab.press(tab.get("leave"));
            assertThat(tab.get("question")).hasCount(0);
        }
    }

    @Test
    void aDriverGivesBackWhatTheCourierHad() {
        String courier = driveACourierThatHasAParcel();
        anyQuestion().getByTestId("question-no").click();
        assertThat(tab.get("courier-card-" + courier)).containsText("free");
        assertThat(tab.get("scan")).hasCount(0);
    }

    @Test
    void aDriverKeepsWhatTheCourierHad() {
        String courier = driveACourierThatHasAParcel();
        String parcel = anyQuestion().getAttribute("data-parcel");
        anyQuestion().getByTestId("question-yes").click();
        assertThat(tab.get("question")).hasCount(0);
        assertThat(tab.get("task")).containsText(Pattern.compile(parcel + "|You are at the"));
        assertThat(tab.get("courier-card-" + courier)).containsText(parcel);
    }

    @Test
    void aQuestionGoesWithTheCourierThatItIsAbout() {
        tab.get("tab-couriers").click();
        tab.press(tab.get("drive-c1"));
        assertThat(anyQuestion()).isVisible(new IsVisibleOptions().setTimeout(10_000));
        tab.page()
                .locator("[data-testid=question]")
                .evaluateAll("cards => cards.forEach(card => card.className += ' old')");
        tab.press(tab.get("drive-c2")); // without leaving the other one first
        assertThat(tab.get("leave-c2")).isVisible();
        assertEquals(0, tab.page().locator(".question.old").count()); // at once, as each ends by itself
        assertThat(tab.page().locator(".courier.mine")).hasAttribute("data-id", "c2"); // and no other
        assertThat(anyQuestion()).isVisible(new IsVisibleOptions().setTimeout(10_000));
    }

    @Test
    void aCourierIsOnesOwnEvenIfNewsOfItCameBeforeTheAnswer() {
        tab.get("tab-couriers").click();
        tab.page().evaluate(ANSWERS_ARE_OLD);
        tab.press(tab.get("drive-c1"));
        assertThat(tab.get("leave-c1")).isVisible();
        assertThat(tab.page().locator(".courier.mine")).hasAttribute("data-id", "c1");
    }

    @Test
    void theFocusGoesToTheQuestionAndBackAfterwards() {
        tab.get("tab-couriers").click();
        assertThat(tab.get("tab-couriers")).isFocused();
        tab.press(tab.get("drive-c1"));
        Locator question = anyQuestion();
        assertThat(question).isFocused();
        assertThat(question).hasRole(AriaRole.ALERTDIALOG);
        assertThat(question).hasAccessibleName(Pattern.compile("(Take P-\\d+ to|Keep P-\\d+ for) .+\\?"));
        assertThat(question).hasAccessibleDescription(Pattern.compile(".+ · .+ kg · 15 s to answer"));
        tab.page().keyboard().press("Escape");
        assertThat(tab.get("tab-couriers")).isFocused();
        assertThat(tab.get("question")).hasCount(0);
    }

    @Test
    void aQuestionTakesTheFocusFromNobodyWhoIsTyping() {
        tab.get("tab-couriers").click();
        tab.get("note-input").focus();
        tab.press(tab.get("drive-c2"));
        assertThat(anyQuestion()).isVisible();
        tab.page().keyboard().type("wasd"); // and this rides nowhere
        assertThat(tab.get("note-input")).hasValue("wasd");
        assertThat(tab.get("note-input")).isFocused();
        assertThat(tab.get("question")).hasCount(1);
    }

    @Test
    void arrowKeysAndLettersRideFromCrossingToCrossing() {
        String courier = tab.driveAnyFreeCourier();
        tab.declineFirstQuestion();
        Point clockTower = place("Clock Tower").at();
        tab.rideTo(clockTower);
        tab.expectAt(courier, clockTower);
        assertThat(tab.get("task")).hasText("Ride with the arrow keys or W A S D, or click the map");

        tab.page().keyboard().press("ArrowRight"); // along Saddler Lane
        tab.expectAt(courier, new Point(406, 349));
        tab.page().keyboard().press("s"); // round the ring
        tab.expectAt(courier, new Point(423, 414));
        tab.page().keyboard().down("d"); // held: over the next crossing, and on to the quay
        tab.expectMoved(courier, new Point(423, 414), 150);
        tab.page().keyboard().up("d");
    }

    @Test
    void theTabsAreMovedBetweenWithTheArrowKeys() {
        tab.get("tab-parcels").focus();
        tab.page().keyboard().press("ArrowRight");
        assertThat(tab.get("tab-couriers")).isFocused();
        assertThat(tab.get("courier-list")).isVisible();
        tab.page().keyboard().press("ArrowLeft");
        tab.page().keyboard().press("ArrowLeft");
        assertThat(tab.get("tab-people")).isFocused();
        assertThat(tab.get("people-list")).isVisible();
    }

    @Test
    void theFocusStaysOnTheButtonOfACourierThatIsTakenOver() {
        tab.get("tab-couriers").click();
        tab.get("note-input").focus(); // so that the question doesn't take it
        tab.get("drive-c3").focus();
        tab.page().keyboard().press("Enter");
        assertThat(tab.get("leave-c3").or(anyQuestion()).and(tab.page().locator(":focus")))
                .isVisible();
    }

    private Locator anyQuestion() {
        return tab.get("question").first();
    }

    private Place place(String name) {
        return tab.placesAround(new Point(0, 0)).stream()
                .filter(place -> place.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private String driveACourierThatHasAParcel() {
        tab.get("tab-couriers").click();
        while (true) {
            Locator busy = tab.page()
                    .getByTestId(Pattern.compile("courier-card-c\\d"))
                    .filter(new Locator.FilterOptions().setHasText(Pattern.compile("(carries|fetches) P-")));
            tab.press(busy.first().getByRole(AriaRole.BUTTON));
            assertThat(anyQuestion()).isVisible();
            if (anyQuestion().getByTestId("question-text").textContent().startsWith("Keep")) {
                return tab.page()
                        .getByTestId(Pattern.compile("leave-c\\d"))
                        .getAttribute("data-testid")
                        .substring("leave-".length());
            }
            tab.get("leave").click(); // it has handed its parcel over in the meantime
            assertThat(tab.get("drive-bar")).isHidden();
        }
    }
}
