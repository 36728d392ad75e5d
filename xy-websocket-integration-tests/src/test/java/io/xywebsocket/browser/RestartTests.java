package io.xywebsocket.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.options.AriaRole;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class RestartTests extends SampleTest {

    @Test
    void thePagesComeBackByThemselvesWhenTheServerDoes() {
        Tab other = open();
        String driven = other.driveAnyFreeCourier();
        String name = tab.get("my-name").textContent();
        String otherName = other.get("my-name").textContent();
        tab.page().evaluate("window.stillTheSamePage = true");

        int port = town.port();
        town.close();
        tab.expectState("waiting");
        assertThat(tab.get("banner")).isVisible();
        assertThat(tab.get("banner")).containsText("The connection is lost");
        other.expectState("waiting");
        assertThat(tab.get("offline")).hasText(Pattern.compile("^You are offline\\. .*"));
        assertThat(tab.get("offline")).hasRole(AriaRole.STATUS);
        tab.get("note-input").fill("Is anybody there?");
        tab.get("new-parcel").click();
        for (String button : List.of("note-send", "track-button", "parcel-create")) {
            assertThat(tab.get(button)).isDisabled();
            assertThat(tab.get(button)).hasAccessibleDescription(Pattern.compile("^You are offline\\. .*"));
        }
        tab.get("tab-couriers").click();
        assertThat(tab.get("drive-c1").or(tab.get("drive-c2")).first()).isDisabled();

        town = Town.startAt(port);
        tab.expectState("open");
        other.expectState("open");
        assertThat(tab.get("banner")).isHidden();
        tab.expectPeople(2);
        assertThat(tab.get("offline")).isEmpty();
        assertThat(tab.get("note-input")).hasValue("Is anybody there?");
        tab.get("note-send").click();
        assertThat(other.get("note")).containsText("Is anybody there?");
        assertThat(tab.get("my-name")).hasText(name);
        assertThat(other.get("my-name")).hasText(otherName);

        assertThat(other.get("banner")).isHidden(); // and so it drives again
        assertThat(other.get("leave-" + driven)).isVisible();
        if (!other.get("courier-card-" + driven).getByText("free").isVisible()) {
            other.get("leave").click(); // it was given a parcel while its driver was away
            assertThat(other.get("drive-bar")).isHidden();
            driven = other.driveAnyFreeCourier();
        }
        String riding = driven.equals("c1") ? "c2" : "c1";
        tab.expectMoved(riding, tab.at(riding), 10);
        String parcel = tab.sendParcel("Observatory", "Tannery");
        tab.assign(driven); // a call from here to there, and one from there to the other tab
        other.question(parcel).getByTestId("question-yes").click();
        tab.expectParcel(parcel, "ASSIGNED");
        assertThat(tab.page().evaluate("window.stillTheSamePage")).isEqualTo(true);
    }
}
