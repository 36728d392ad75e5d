package io.xywebsocket.sample;

import io.xywebsocket.XyCallTimeoutException;
import io.xywebsocket.XyException;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyPeers;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/** The people who drive couriers: each in a page that offers {@code courier.locate} and {@code courier.accept}. */
@Component
class Drivers {

    private static final Duration TIME_TO_DECIDE = Duration.ofSeconds(15);

    record Offer(String courier, String parcel, String from, String to, double weight, long distance, long seconds) {}

    private final XyPeers peers;
    private final Depot depot;
    private final Set<String> beingLocated = ConcurrentHashMap.newKeySet();

    Drivers(XyPeers peers, Depot depot) {
        this.peers = peers;
        this.depot = depot;
    }

    /** Waits for the driver's answer. A courier without a driver takes everything. */
    boolean accepts(Courier courier, Parcel parcel) {
        Optional<XyPeer> driver = of(courier);
        try {
            return driver.isEmpty()
                    || Boolean.TRUE.equals(driver.get()
                            .withTimeout(TIME_TO_DECIDE)
                            .await("courier.accept", offer(courier, parcel), Boolean.class));
        } catch (XyCallTimeoutException silence) {
            throw new XyException(409, courier.name() + " did not answer").with("code", "NO_ANSWER");
        }
    }

    /** The same without waiting, for whoever must not wait. */
    CompletableFuture<Boolean> ask(Courier courier, Parcel parcel) {
        return of(courier)
                .map(driver -> driver.withTimeout(TIME_TO_DECIDE)
                        .call("courier.accept", offer(courier, parcel), Boolean.class))
                .orElseGet(() -> CompletableFuture.completedFuture(true));
    }

    /** Where the courier is, as its driver sees it. */
    Point locate(String courier, XyPeer driver) {
        Point at = driver.await("courier.locate", courier, Point.class);
        depot.drivenTo(courier, driver.id(), at);
        return at;
    }

    /** Asks all drivers, unless they still owe the last answer, and waits for none of them. */
    void locateAll() {
        for (Courier courier : depot.couriers()) {
            Optional<XyPeer> driver = of(courier);
            if (driver.isPresent() && beingLocated.add(courier.id())) {
                driver.get().call("courier.locate", courier.id(), Point.class).whenComplete((at, failure) -> {
                    beingLocated.remove(courier.id());
                    if (failure == null) {
                        depot.drivenTo(courier.id(), driver.get().id(), at);
                    }
                });
            } else if (driver.isEmpty() && courier.driven()) {
                depot.leave(courier.driver()); // gone in the very moment of taking it
            }
        }
    }

    private Optional<XyPeer> of(Courier courier) {
        return Optional.ofNullable(courier.driver()).flatMap(peers::find);
    }

    private Offer offer(Courier courier, Parcel parcel) {
        return new Offer(
                courier.id(),
                parcel.id(),
                parcel.from().name(),
                parcel.to().name(),
                parcel.weight(),
                Math.round(courier.at().distanceTo(parcel.from().at())),
                TIME_TO_DECIDE.toSeconds());
    }
}
