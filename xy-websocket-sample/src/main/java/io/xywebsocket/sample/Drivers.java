package io.xywebsocket.sample;

import io.xywebsocket.XyCallTimeoutException;
import io.xywebsocket.XyException;
import io.xywebsocket.XyMember;
import io.xywebsocket.XyPresence;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/** The people who drive couriers: each in a page that offers {@code courier.locate} and {@code courier.accept}. */
@Component
class Drivers {

    private static final Duration TIME_TO_DECIDE = Duration.ofSeconds(15);

    private static final long LONGEST_MISSING = 1_000;

    record Offer(String courier, String parcel, String from, String to, double weight, long distance, long seconds) {}

    private final XyPresence presence;
    private final Depot depot;
    private final Set<String> beingLocated = ConcurrentHashMap.newKeySet();
    private final Map<String, Long> missingSince = new ConcurrentHashMap<>();

    Drivers(XyPresence presence, Depot depot) {
        this.presence = presence;
        this.depot = depot;
    }

    /** Waits for the driver's answer. A courier without a driver takes everything. */
    boolean accepts(Courier courier, Parcel parcel) {
        Optional<XyMember> driver = of(courier);
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
    Point locate(String courier, XyMember driver) {
        Point at = driver.await("courier.locate", courier, Point.class);
        depot.drivenTo(courier, driver.id(), at);
        return at;
    }

    /** Asks all drivers, unless they still owe the last answer, and waits for none of them. */
    void locateAll() {
        for (Courier courier : depot.couriers()) {
            Optional<XyMember> driver = of(courier);
            if (driver.isPresent() && beingLocated.add(courier.id())) {
                driver.get().call("courier.locate", courier.id(), Point.class).whenComplete((at, failure) -> {
                    beingLocated.remove(courier.id());
                    if (failure == null) {
                        depot.drivenTo(courier.id(), driver.get().id(), at);
                    }
                });
            }
            if (driver.isEmpty() && courier.driven()) {
                missing(courier);
            } else {
                missingSince.remove(courier.id());
            }
        }
    }

    /** Gone in the very moment of taking the courier, or with its node; or so new that this node has not heard of it yet. */
    private void missing(Courier courier) {
        long now = System.currentTimeMillis();
        if (now - missingSince.computeIfAbsent(courier.id(), first -> now) > LONGEST_MISSING) {
            depot.leave(courier.driver());
        }
    }

    private Optional<XyMember> of(Courier courier) {
        return Optional.ofNullable(courier.driver()).flatMap(presence::find);
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
