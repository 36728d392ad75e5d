package io.xywebsocket.browser;

import io.xywebsocket.engine.HeldPort;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the tests of the sample's page have in common: a town for each class, and for each test a first tab. */
@Timeout(180) // two pages that are drawn take most of a busy machine with two processors
abstract class SampleTest {

    @RegisterExtension
    static final Chromium CHROMIUM = new Chromium();

    static Town town;

    private static HeldPort port;

    Tab tab;

    @BeforeAll
    static void startTheTown() {
        port = new HeldPort(); // one of the tests starts it again
        town = Town.startAt(port.number());
    }

    @AfterAll
    static void stopTheTown() {
        town.close();
        port.close();
    }

    @BeforeEach
    void comeAlone() {
        tab = open();
        tab.expectPeople(1); // those of the test before have gone, and their couriers ride by themselves again
    }

    Tab open() {
        return new Tab(CHROMIUM.open(town.url()));
    }

    Tab openOnPhone() {
        return new Tab(CHROMIUM.openOnPhone(town.url()));
    }
}
