package io.xywebsocket.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import io.xywebsocket.browser.Tab.Point;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ParcelTests extends SampleTest {

    @Test
    void theConnectionIsOpenAndAllCouriersRideThroughTheTown() {
        tab.expectState("open");
        assertThat(tab.get("connection")).hasText(Pattern.compile("live · \\d+ ms"));
        assertThat(tab.get("banner")).isHidden();
        Map<String, Point> before = new HashMap<>();
        for (int i = 1; i <= 8; i++) {
            before.put("c" + i, tab.at("c" + i));
        }
        before.forEach((courier, at) -> tab.expectMoved(courier, at, 10));
    }

    @Test
    void aParcelThatIsSentStandsInTheListAndOnTheMapOfEverybody() {
        Tab other = open();
        String parcel = tab.sendParcel("Observatory", "Tannery");
        tab.expectParcel(parcel, "WAITING");
        other.expectParcel(parcel, "WAITING");
        assertThat(tab.get("parcel-card-" + parcel)).containsText("yours");
        assertThat(other.get("parcel-card-" + parcel)).not().containsText("yours");
        assertThat(other.get("parcel-card-" + parcel)).containsText("2.5 kg");
        assertThat(tab.get("stat-waiting")).hasText(Pattern.compile("[1-9]\\d*"));
    }

    @Test
    void whatTheServerRefusesIsSaidWhereItWasFilledIn() {
        tab.fillInParcel("Observatory", "Tannery", "99"); // the validation's error
        assertThat(tab.get("field-error-weight")).hasText("A bicycle carries 25 kg at most");
        assertThat(tab.get("parcel-weight")).hasAttribute("aria-invalid", "true");
        assertThat(tab.get("parcel-error")).isHidden();

        tab.fillInParcel("Observatory", "Observatory", "2.5"); // the application's own
        assertThat(tab.get("field-error-to")).hasText("It is at the Observatory already");
        assertThat(tab.get("field-error-weight")).hasCount(0);
        assertThat(tab.get("parcel-weight")).not().hasAttribute("aria-invalid", "true");

        tab.fillInParcel("Observatory", "Tannery", "heavy"); // one that names no field
        assertThat(tab.get("parcel-error")).containsText("400 ");
        assertThat(tab.get("field-error-to")).hasCount(0);

        tab.fillInParcel("Observatory", "Tannery", "2.5");
        assertThat(tab.get("parcel-form")).isHidden();
    }

    @Test
    void aParcelIsFoundByItsNumberIfThereIsOne() {
        String parcel = open().sendParcel("Observatory", "Tannery");
        tab.get("track-input").fill("999");
        tab.get("track-button").click();
        assertThat(tab.get("track-error")).hasText("404 There is no parcel P-999");

        tab.get("track-input").fill(parcel);
        tab.get("track-button").click();
        assertThat(tab.get("parcel-card-" + parcel)).hasAttribute("aria-current", "true");
        assertThat(tab.get("track-error")).isHidden();
    }

    @Test
    void aButtonKeepsItsFocusWhileTheListAroundItChanges() {
        tab.sendParcel("Observatory", "Tannery");
        tab.get("assign-c1").focus();
        tab.expectParcel(open().sendParcel("Observatory", "Tannery"), "WAITING");
        assertThat(tab.get("assign-c1")).isFocused();
    }
}
