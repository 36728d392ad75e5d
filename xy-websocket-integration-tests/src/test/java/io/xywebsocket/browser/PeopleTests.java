package io.xywebsocket.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import org.junit.jupiter.api.Test;

class PeopleTests extends SampleTest {

    @Test
    void peopleAreCountedAsTheyComeAndGo() {
        tab.get("tab-people").click();
        Tab other = open();
        Locator otherPerson = tab.page()
                .locator("[data-testid=person][data-name='"
                        + other.get("my-name").textContent() + "']");
        tab.expectPeople(2);
        other.expectPeople(2);
        assertThat(otherPerson).isVisible();
        assertThat(tab.get("person")).hasCount(2);

        other.close();
        tab.expectPeople(1);
        assertThat(otherPerson).hasCount(0);
    }

    @Test
    void whatOneCallsOutTheOthersHear() {
        Tab other = open();
        other.get("tab-people").click();
        tab.get("note-input").fill("The <b>Old Bridge</b> is closed!");
        tab.get("note-send").click();
        String name = tab.get("my-name").textContent();
        assertThat(other.get("note")).hasText(name + " The <b>Old Bridge</b> is closed!");
        assertThat(other.toast(0)).containsText(name);
        assertThat(tab.get("note-input")).hasValue("");
        assertThat(tab.get("note")).hasCount(1);
        assertThat(tab.toast(0)).hasCount(0);
    }
}
