package io.xywebsocket.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.assertions.LocatorAssertions.ContainsTextOptions;
import io.xywebsocket.client.XyClient;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The sample on three nodes: one town, whichever node a page is on, and also when that is killed. */
@Timeout(180)
@DisabledIfSystemProperty(named = "xy.test.browser", matches = "off")
class ThreeNodesTests {

    record Person(String id, String name, String node) {}

    record Parcel(String id, String state, String courier) {}

    record Courier(String id, String driver, String parcel) {}

    record Offer(String courier, String parcel) {}

    private static final Duration SOON = Duration.ofSeconds(20);

    static ThreeNodes town;

    private final List<Visitor> visitors = new ArrayList<>();

    @BeforeAll
    @Timeout(180) // three applications start at once
    static void start() throws Exception {
        town = ThreeNodes.start();
    }

    @AfterAll
    static void stop() throws Exception {
        if (town != null) {
            town.close();
        }
    }

    @AfterEach
    void leave() {
        visitors.forEach(Visitor::leave);
    }

    /** Does what the page does: says at each connection who it is, and hears what happens. */
    private static final class Visitor {

        final XyClient client;
        final List<Parcel> parcels = new CopyOnWriteArrayList<>();
        final AtomicInteger moves = new AtomicInteger();
        volatile Person me;
        volatile List<Person> people = List.of();

        Visitor(URI uri) {
            String page = UUID.randomUUID().toString();
            client = XyClient.builder(uri).waitForConnection(true).build();
            client.handlers().on("people.changed", Person[].class, now -> people = List.of(now));
            client.handlers().on("parcel.changed", Parcel.class, parcel -> parcels.add(parcel));
            client.handlers().on("courier.moved", Object.class, positions -> moves.incrementAndGet());
            client.onConnected(server -> me = server.withTimeout(SOON)
                    .await("people.join", Map.of("page", page, "name", me == null ? "" : me.name()), Person.class));
            client.connect().join();
            await().atMost(SOON).until(() -> me != null);
        }

        boolean sees(Person person) {
            return people.stream()
                    .filter(each -> each.name().equals(person.name()))
                    .toList()
                    .equals(List.of(person));
        }

        void leave() {
            client.close();
        }
    }

    private Visitor visit(URI uri) {
        Visitor visitor = new Visitor(uri);
        visitors.add(visitor);
        return visitor;
    }

    /** Comes through the proxy, and again until it is on that node. */
    private Visitor visitThroughProxy(String node) {
        while (true) {
            Visitor visitor = visit(town.socket());
            if (visitor.me.node().equals(node)) {
                return visitor;
            }
            visitor.leave();
        }
    }

    @Test
    void pagesOfDifferentNodesSeeOneTown() {
        Visitor ada = visit(town.node("a").socket());
        Visitor bob = visit(town.node("b").socket());
        assertThat(ada.me.node()).isEqualTo("a");
        assertThat(bob.me.node()).isEqualTo("b");
        await().atMost(SOON).until(() -> ada.sees(bob.me) && bob.sees(ada.me));

        Map<String, Object> wish = Map.of("from", "Observatory", "to", "Tannery", "weight", 2.5);
        Parcel parcel = ada.client.withTimeout(SOON).await("parcel.create", wish, Parcel.class);
        assertThat(bob.client.withTimeout(SOON).await("parcel.find", parcel.id(), Parcel.class))
                .isEqualTo(parcel);
        await().atMost(SOON).until(() -> bob.parcels.contains(parcel));

        ada.client.handlers().register("courier.accept", Offer.class, offer -> offer.parcel()
                .equals(parcel.id()));
        Courier driven = driveFreeCourier(ada);
        Parcel assigned = bob.client
                .withTimeout(SOON)
                .await("parcel.assign", Map.of("parcel", parcel.id(), "courier", driven.id()), Parcel.class);
        assertThat(assigned).isEqualTo(new Parcel(parcel.id(), "ASSIGNED", driven.id()));
        await().atMost(SOON).until(() -> ada.parcels.contains(assigned) && bob.parcels.contains(assigned));
        await().atMost(SOON).until(() -> ada.moves.get() > 5 && bob.moves.get() > 5);
    }

    /** Its driver agrees to nothing else, so that it stays free. */
    private static Courier driveFreeCourier(Visitor driver) {
        while (true) {
            for (Courier courier : driver.client.withTimeout(SOON).await("courier.list", null, Courier[].class)) {
                if (courier.parcel() == null
                        && driver.client
                                        .withTimeout(SOON)
                                        .await("courier.take", courier.id(), Courier.class)
                                        .parcel()
                                == null) {
                    return courier;
                }
            }
        }
    }

    @Test
    void whoseNodeIsKilledComesBackOnAnotherAndTheTownMovesOn() {
        ThreeNodes.Node mover = town.awaitMover("a", "b", "c");
        String[] others = Stream.of("a", "b", "c")
                .filter(name -> !name.equals(mover.name()))
                .toArray(String[]::new);
        Visitor bob = visit(town.node(others[0]).socket());
        Visitor ada = visitThroughProxy(mover.name());
        Person before = ada.me;
        await().atMost(SOON).until(() -> bob.sees(before));

        mover.kill();

        await().atMost(SOON).until(() -> !ada.me.equals(before) && bob.sees(ada.me));
        assertThat(ada.me.name()).isEqualTo(before.name());
        assertThat(ada.me.node()).isIn((Object[]) others);
        town.awaitMover(others);
        int moves = ada.moves.get();
        await().atMost(SOON).until(() -> ada.moves.get() > moves + 5);
        assertThat(ada.client.withTimeout(SOON).await("courier.list", null, Courier[].class))
                .hasSize(8);
    }

    @Nested
    class InTheBrowser {

        @RegisterExtension
        static final Chromium CHROMIUM = new Chromium();

        @Test
        void aTabSaysWhichNodeItIsOnAndShowsThatItHasComeToAnother() {
            Tab tab = open();
            Tab other = openOnAnotherNodeThan(node(tab));
            String name = tab.get("my-name").textContent();
            String node = node(tab);
            Locator seenByTheOther = other.page().locator("[data-testid=person][data-name='" + name + "']");
            other.get("tab-people").click();
            assertThat(seenByTheOther).containsText("node " + node);

            town.node(node).kill();

            assertThat(tab.get("banner")).containsText("in place of node " + node, patient());
            assertThat(tab.get("my-name")).hasText(name);
            assertThat(tab.get("my-node")).not().hasAttribute("data-node", node);
            assertThat(seenByTheOther).containsText("node " + node(tab));
            assertThat(seenByTheOther).hasCount(1);
            String riding = "c1";
            tab.expectMoved(riding, tab.at(riding), 10);
        }

        private ContainsTextOptions patient() {
            return new ContainsTextOptions().setTimeout(SOON.toMillis());
        }

        private Tab open() {
            return new Tab(CHROMIUM.open(town.address()));
        }

        private Tab openOnAnotherNodeThan(String node) {
            while (true) {
                Tab tab = open();
                if (!node(tab).equals(node)) {
                    return tab;
                }
                tab.close();
            }
        }

        private String node(Tab tab) {
            return tab.get("my-node").getAttribute("data-node");
        }
    }
}
