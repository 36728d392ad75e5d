package io.xywebsocket.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import io.xywebsocket.browser.Tab.Place;
import io.xywebsocket.browser.Tab.Point;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The server calls what the pages offer: where are you, and will you take this? */
class DrivingTests extends SampleTest {

    @Test
    void aDriverWhoSaysYesGetsTheParcelAndIsBusyFromThenOn() {
        Tab driver = open();
        String courier = driver.driveAnyFreeCourier();
        String parcel = tab.sendParcel("Observatory", "Tannery");
        tab.assign(courier);
        Locator question = driver.question(parcel);
        assertThat(question.getByTestId("question-text")).hasText("Take " + parcel + " to Tannery?");
        tab.expectParcel(parcel, "WAITING");

        question.getByTestId("question-yes").click();
        assertThat(driver.get("task"))
                .hasText(Pattern.compile("Fetch " + parcel + ": Observatory, \\d+ m|You are at the Observatory"));
        tab.expectParcel(parcel, "ASSIGNED");
        assertThat(question).isHidden();

        driver.sendParcel("Boat Yard", "Tannery");
        assertThat(driver.get("assign-" + courier)).hasClass(Pattern.compile("busy"));
        driver.assign(courier);
        assertThat(driver.toast(409).getByTestId("toast-code")).hasText("code: COURIER_BUSY · parcel: " + parcel);
        assertThat(tab.toast(409)).hasCount(0);
    }

    @Test
    void aDriverWhoSaysNoLeavesTheParcelWhereItIs() {
        Tab driver = open();
        String courier = driver.driveAnyFreeCourier();
        String parcel = tab.sendParcel("Observatory", "Tannery");
        tab.assign(courier);
        driver.question(parcel).getByTestId("question-no").click();
        assertThat(tab.toast(409).getByTestId("toast-code")).hasText("code: DECLINED · courier: " + courier);
        tab.expectParcel(parcel, "WAITING");
        assertThat(driver.get("courier-card-" + courier)).containsText("free");
    }

    @Test
    void oneCourierHasOneDriverUntilTheyLeave() {
        Tab driver = open();
        String courier = driver.driveAnyFreeCourier();
        tab.get("tab-couriers").click();
        Locator card = tab.get("courier-card-" + courier);
        assertThat(card).containsText(driver.get("my-name").textContent());
        tab.press(card.getByTestId("drive-" + courier));
        assertThat(tab.toast(409).getByTestId("toast-code")).hasText("code: COURIER_TAKEN");
        assertThat(tab.get("drive-bar")).isHidden();

        driver.get("leave").click();
        assertThat(card).not().containsText(driver.get("my-name").textContent());
        tab.press(card.getByTestId("drive-" + courier));
        assertThat(tab.get("drive-bar")).isVisible();
    }

    @Test
    void aDriverWhoAssignsAParcelToThemselvesIsAskedFetchesItAndHandsItOver() {
        Tab other = open();
        String courier = tab.driveAnyFreeCourier();
        Point start = tab.at(courier);
        // not the nearest ones: the way to them shall be seen
        Place from = tab.placesAround(start).get(2);
        Place to = tab.placesAround(from.at()).get(1);
        String parcel = tab.sendParcel(from.name(), to.name());
        tab.assign(courier);
        tab.question(parcel).getByTestId("question-yes").click();
        tab.expectParcel(parcel, "ASSIGNED");

        tab.rideTo(from.at());
        other.expectMoved(courier, start, 40);
        assertThat(tab.get("task")).hasText("You are at the " + from.name());
        tab.get("scan").click();
        other.expectParcel(parcel, "CARRIED");

        tab.rideTo(to.at());
        assertThat(tab.get("task")).hasText("You are at the " + to.name());
        tab.get("scan").click();
        other.expectParcel(parcel, "DELIVERED");
        assertThat(tab.get("scan")).hasCount(0);
        assertThat(tab.toast(409)).hasCount(0);
    }
}
