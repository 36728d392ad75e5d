package io.xywebsocket.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xywebsocket.sample.CityMap.Place;
import io.xywebsocket.sample.Drivers.Offer;
import io.xywebsocket.sample.Parcel.State;
import io.xywebsocket.sample.ParcelFunctions.RefusedScan;
import io.xywebsocket.sample.ParcelFunctions.Scan;
import io.xywebsocket.test.XyTestCall;
import io.xywebsocket.test.XyTestClock;
import io.xywebsocket.test.XyTestPeer;
import io.xywebsocket.test.XyTestPeers;
import io.xywebsocket.test.spring.XyTest;
import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.bean.override.mockito.MockitoBean;

/** The sample's couriers and their drivers, as an application tests its own handlers. */
@XyTest({ParcelFunctions.class, CourierFunctions.class, People.class})
@Import({Depot.class, MemoryLedger.class, City.class, Drivers.class})
class DispatchTests {

    @Autowired
    XyTestPeers peers;

    @Autowired
    XyTestClock clock;

    @Autowired
    Depot depot;

    @Autowired
    City city;

    @Autowired
    Drivers drivers;

    /** Offers nothing by itself; a test has one of its own where it wants offers. */
    @MockitoBean
    Dispatcher idle;

    @Test
    void aDriverIsAskedBeforeHisCourierGetsAParcel() {
        Parcel parcel = parcel();
        XyTestPeer driver = driverOf("c1");

        CompletableFuture<Parcel> assigned = assign(peers.connect(), parcel, "c1");
        XyTestCall<Offer> offer = driver.awaitCall("courier.accept", Offer.class);
        assertThat(offer.payload().parcel()).isEqualTo(parcel.id());
        offer.resolve(true);

        assertThat(assigned.join().courier()).isEqualTo("c1");
    }

    @Test
    void aDriverMaySayNoOrNothing() {
        Parcel parcel = parcel();
        XyTestPeer driver = driverOf("c2").onCall("courier.accept", Offer.class, offer -> false);
        assertThatThrownBy(assign(driver, parcel, "c2")::join).hasMessageContaining("said no");

        driverOf("c3");
        CompletableFuture<Parcel> silent = assign(driver, parcel, "c3");
        peers.connect().assertNoMore("courier.accept");
        clock.advance(Duration.ofSeconds(15));
        assertThatThrownBy(silent::join).hasMessageContaining("did not answer");
    }

    @Test
    void aScanIsRefusedFarFromWhereThePageSaysThatTheCourierIs() {
        Parcel parcel = parcel();
        XyTestPeer driver = driverOf("c4")
                .onCall("courier.accept", Offer.class, offer -> true)
                .onCall("courier.locate", String.class, courier -> new Point(-1000, -1000));
        assign(driver, parcel, "c4").join();

        driver.send("parcel.scanned", new Scan(parcel.id(), "c4"));

        assertThat(driver.awaitEvent("scan.refused", RefusedScan.class).parcel())
                .isEqualTo(parcel.id());
    }

    @Test
    void aCourierIsFreeAgainWhenItsDriverHasGone() {
        XyTestPeer driver = driverOf("c5");
        assertThat(depot.courier("c5").driver()).isEqualTo(driver.id());

        driver.abort();

        assertThat(depot.courier("c5").driven()).isFalse();
    }

    /** Asked are in turn the first driver of c6, the second one, and a driver of c7; then the first one says no. */
    @Test
    void aLateNoToAnEarlierQuestionDoesNotOfferTheParcelTwice() {
        Dispatcher dispatcher = new Dispatcher(depot, drivers);
        depot.parcels().stream().filter(each -> each.is(State.WAITING)).forEach(depot::forget);
        Parcel parcel = parcel();
        depot.assign(parcel.id(), "c6");
        XyTestPeer first = driverOf("c6");
        XyTestCall<Offer> early = offer(dispatcher, first, "c6");
        first.await("courier.leave", null, Void.class);
        XyTestPeer second = driverOf("c6");
        offer(dispatcher, second, "c6").resolve(false);
        second.assertNoMore("courier.accept"); // the answer is handled
        assertThat(depot.parcel(parcel.id()).is(State.WAITING)).isTrue();
        XyTestCall<Offer> open = offer(dispatcher, driverOf("c7"), "c7");
        assertThat(open.payload().parcel()).isEqualTo(parcel.id());

        early.resolve(false);
        first.assertNoMore("courier.accept");

        XyTestCall<Offer> other = offer(dispatcher, driverOf("c8"), "c8");
        assertThat(other.payload().parcel()).isNotEqualTo(parcel.id());
    }

    private XyTestCall<Offer> offer(Dispatcher dispatcher, XyTestPeer driver, String courier) {
        dispatcher.welcome(depot.courier(courier));
        dispatcher.dispatch();
        return driver.awaitCall("courier.accept", Offer.class);
    }

    private XyTestPeer driverOf(String courier) {
        XyTestPeer driver = peers.connect();
        driver.await("courier.take", courier, Courier.class);
        return driver;
    }

    private Parcel parcel() {
        Iterator<Place> places =
                Stream.generate(city::anyPlace).distinct().limit(2).iterator();
        return depot.send(places.next(), places.next(), 1, null);
    }

    private static CompletableFuture<Parcel> assign(XyTestPeer peer, Parcel parcel, String courier) {
        return peer.call("parcel.assign", Map.of("parcel", parcel.id(), "courier", courier), Parcel.class);
    }
}
