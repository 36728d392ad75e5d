package io.xywebsocket.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Mouse;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions.IsVisibleOptions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ReducedMotion;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A tab with the sample's page in it, and what a person does there. */
final class Tab {

    record Point(double x, double y) {

        double distanceTo(Point other) {
            return Math.hypot(other.x - x, other.y - y);
        }

        /** For a script in the page. */
        Map<String, Double> asMap() {
            return Map.of("x", x, "y", y);
        }
    }

    record Place(String name, Point at) {}

    private static final double LONGEST_RIDE = 30_000;
    private static final double UNTIL_ONE_IS_FREE = 60_000;
    private static final int ATTEMPTS_TO_STEER = 5;

    private static final String HAS_MOVED =
            """
            ([testId, from, distance]) => {
              const marker = document.querySelector(`[data-testid=${testId}]`);
              if (!marker?.transform.baseVal.length) {
                return false; // there, and not drawn yet
              }
              const { e: x, f: y } = marker.transform.baseVal[0].matrix;
              const far = (at) => Math.hypot(at.x - from.x, at.y - from.y) >= distance;
              return far(marker.dataset) && far({ x, y });
            }""";
    private static final String IS_AT =
            """
            ([testId, goal]) => {
              const { x, y } = document.querySelector(`[data-testid=${testId}]`).dataset;
              return Math.hypot(goal.x - x, goal.y - y) < 5;
            }""";
    /** Where on the screen to press and where to drag to: from beside the town, where nobody rides, to the goal. */
    private static final String WAY_OF_THE_MOUSE =
            """
            (goal) => {
              const map = document.getElementById('map');
              const stage = document.getElementById('stage').getBoundingClientRect();
              const toScreen = map.getScreenCTM();
              const end = new DOMPoint(goal.x, goal.y).matrixTransform(toScreen);
              const { x } = new DOMPoint(-15, 0).matrixTransform(toScreen);
              for (let y = stage.top + 4; y < stage.bottom; y += 10) {
                if (document.elementFromPoint(x, y) === map) return `${x}:${y}:${end.x}:${end.y}`;
              }
              return null;
            }""";
    /** Whether the courier that is driven here is on the way there, or there already. */
    private static final String IS_STEERED =
            """
            async (goal) => {
              const drawn = () => new Promise((done) => requestAnimationFrame(done));
              await drawn();
              await drawn();
              const isThere = (element) => {
                const { e: x, f: y } = element.transform.baseVal[0]?.matrix ?? {};
                return Math.hypot(goal.x - x, goal.y - y) < 5;
              };
              const steered = document.querySelector('.goal');
              return (steered.getAttribute('visibility') === 'visible' && isThere(steered)) || isThere(document.querySelector('.courier.mine'));
            }""";

    private static final String PLACES =
            """
            (names) => names.map((name) => {
              const { e: x, f: y } = name.parentNode.transform.baseVal[0].matrix;
              return `${name.textContent}:${x}:${y}`;
            })""";

    private final Page page;

    /** Waits until the page has joined. */
    Tab(Page page) {
        this.page = page;
        assertThat(get("my-name")).isVisible();
    }

    Page page() {
        return page;
    }

    Locator get(String testId) {
        return page.getByTestId(testId);
    }

    void close() {
        page.close();
    }

    void expectPeople(int count) {
        assertThat(get("people-count")).hasText(String.valueOf(count));
    }

    void expectState(String state) {
        assertThat(get("connection")).hasAttribute("data-state", state);
    }

    Locator toast(int status) {
        return page.locator("[data-testid=toast][data-status='" + status + "']");
    }

    /**
     * Presses a button of a list. Not with the mouse: new entries move the others, and when one comes between the mouse's
     * going down and up there is no click.
     */
    void press(Locator button) {
        assertThat(button).isVisible();
        button.dispatchEvent("click");
    }

    // ---- couriers

    Point at(String courier) {
        Locator marker = get("courier-" + courier);
        return new Point(
                Double.parseDouble(marker.getAttribute("data-x")), Double.parseDouble(marker.getAttribute("data-y")));
    }

    /** Waits until the server has told that the courier is so far from there, and until it is drawn elsewhere, too. */
    void expectMoved(String courier, Point from, double distance) {
        page.waitForFunction(HAS_MOVED, List.of("courier-" + courier, from.asMap(), distance));
    }

    /** Waits until the server has told that the courier is near there. */
    void expectAt(String courier, Point goal) {
        page.waitForFunction(
                IS_AT,
                List.of("courier-" + courier, goal.asMap()),
                new Page.WaitForFunctionOptions().setTimeout(LONGEST_RIDE));
    }

    /** Takes over a courier that has nothing to do, and stays so as long as its driver agrees to nothing. */
    String driveAnyFreeCourier() {
        get("tab-couriers").click();
        while (true) {
            Locator free = page.getByTestId(Pattern.compile("courier-card-c\\d"))
                    .filter(having(page.getByText(Pattern.compile("^free"))))
                    .filter(having(page.getByRole(
                            AriaRole.BUTTON, new Page.GetByRoleOptions().setName(Pattern.compile("^Drive ")))));
            assertThat(free.first()).isVisible(new IsVisibleOptions().setTimeout(UNTIL_ONE_IS_FREE));
            press(free.first().getByRole(AriaRole.BUTTON));
            Locator leave = page.getByTestId(Pattern.compile("leave-c\\d"));
            assertThat(leave).isVisible();
            String courier = leave.getAttribute("data-testid").substring("leave-".length());
            assertThat(get("drive-bar").or(get("question")).first()).isVisible(); // on a phone one at a time
            if (get("courier-card-" + courier).getByText("free").isVisible()) {
                return courier;
            }
            press(leave); // somebody was quicker, and gave it a parcel
            assertThat(get("drive-bar")).isHidden();
        }
    }

    /** Declines what a new driver is asked within seconds. It would open under the mouse of one who rides meanwhile. */
    void declineFirstQuestion() {
        press(get("question-no").first());
    }

    private static Locator.FilterOptions having(Locator inside) {
        return new Locator.FilterOptions().setHas(inside);
    }

    /** Pulls the goal of the driven courier to a point of the map. */
    void rideTo(Point goal) {
        // the map would glide on between the look at it and the click
        page.emulateMedia(new Page.EmulateMediaOptions().setReducedMotion(ReducedMotion.REDUCE));
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
        Mouse mouse = page.mouse();
        for (int i = 0; i < ATTEMPTS_TO_STEER; i++) {
            double[] way = Stream.of(page.waitForFunction(WAY_OF_THE_MOUSE, goal.asMap())
                            .jsonValue()
                            .toString()
                            .split(":"))
                    .mapToDouble(Double::parseDouble)
                    .toArray();
            mouse.move(way[0], way[1]);
            mouse.down();
            mouse.move(way[2], way[3]);
            mouse.up();
            if (Boolean.TRUE.equals(page.evaluate(IS_STEERED, goal.asMap()))) {
                return;
            }
            // a question has opened or closed meanwhile, which moves the map
        }
        throw new AssertionError("The courier cannot be steered to " + goal);
    }

    /** The town's places, the nearest one first. */
    List<Place> placesAround(Point point) {
        List<?> places = (List<?>) page.locator(".place-name").evaluateAll(PLACES);
        return places.stream()
                .map(place -> place.toString().split(":"))
                .map(part -> new Place(part[0], new Point(Double.parseDouble(part[1]), Double.parseDouble(part[2]))))
                .sorted(Comparator.comparingDouble(place -> place.at().distanceTo(point)))
                .toList();
    }

    // ---- parcels

    void fillInParcel(String from, String to, String weight) {
        get("tab-parcels").click();
        if (get("parcel-form").isHidden()) {
            get("new-parcel").click();
        }
        get("parcel-from").selectOption(from);
        get("parcel-to").selectOption(to);
        get("parcel-weight").fill(weight);
        get("parcel-create").click();
    }

    /** Returns the new parcel's id; its card is the selected one. */
    String sendParcel(String from, String to) {
        fillInParcel(from, to, "2.5");
        assertThat(get("parcel-form")).isHidden();
        Locator card = page.getByTestId(Pattern.compile("parcel-card-.*")).and(page.locator("[aria-current=true]"));
        assertThat(card).isVisible();
        return card.getAttribute("data-testid").substring("parcel-card-".length());
    }

    void expectParcel(String parcel, String state) {
        assertThat(get("parcel-card-" + parcel)).hasAttribute("data-state", state);
        assertThat(get("parcel-" + parcel)).hasAttribute("data-state", state);
        assertThat(get("parcel-" + parcel)).isVisible();
    }

    /** Gives the selected parcel to a courier. */
    void assign(String courier) {
        press(get("assign-" + courier));
    }

    /** The question whether the driven courier takes this parcel; there may be others about other parcels. */
    Locator question(String parcel) {
        return page.locator("[data-testid=question][data-parcel='" + parcel + "']");
    }
}
