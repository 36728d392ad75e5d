package io.xywebsocket.sample;

import io.xywebsocket.XyException;
import io.xywebsocket.sample.Parcel.State;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Offers waiting parcels to couriers that have nothing to do, and one to everybody who has just taken a courier over. */
@Component
class Dispatcher {

    private static final long PATIENCE = 3_000;
    private static final long PATIENCE_WITH_PEOPLE = 25_000; // they may want to choose a courier themselves
    private static final long REST_AFTER_NO = 8_000;

    private final Depot depot;
    private final Drivers drivers;
    private final Set<String> parcelsInQuestion = ConcurrentHashMap.newKeySet();
    private final Map<String, Long> restsUntil = new ConcurrentHashMap<>();

    Dispatcher(Depot depot, Drivers drivers) {
        this.depot = depot;
        this.drivers = drivers;
    }

    /** The driver who has just taken this courier over is asked with the next tick, whatever was asked before. */
    void welcome(Courier courier) {
        depot.welcome(courier);
    }

    @Scheduled(fixedRate = 1_000)
    void dispatch() {
        if (!depot.isMovedHere()) {
            return;
        }
        for (String courier : depot.newlyTaken()) {
            offerFirst(depot.courier(courier));
        }
        depot.parcels().stream()
                .filter(parcel -> parcel.is(State.WAITING))
                .filter(parcel -> parcel.age() > (parcel.sender() == null ? PATIENCE : PATIENCE_WITH_PEOPLE))
                .forEach(this::offer);
    }

    /** The parcel that the courier has already, or the nearest one that waits, or a new one. */
    private void offerFirst(Courier courier) {
        if (!courier.driven()) {
            return; // the driver has left again
        }
        if (!courier.free()) {
            ask(courier, depot.parcel(courier.parcel()));
            return;
        }
        Parcel first = depot.parcels().stream()
                .filter(parcel -> parcel.is(State.WAITING) && parcel.sender() == null)
                .filter(parcel -> !parcelsInQuestion.contains(parcel.id()))
                .min(Comparator.comparing(
                        parcel -> courier.at().distanceTo(parcel.from().at())))
                .orElseGet(depot::sendAny);
        parcelsInQuestion.add(first.id());
        offer(first, courier);
    }

    private void offer(Parcel parcel) {
        depot.couriers().stream()
                .filter(courier -> courier.free() && !isResting(courier))
                .min(Comparator.comparing((Courier courier) -> !courier.driven()) // people first: they are here to play
                        .thenComparing(
                                courier -> courier.at().distanceTo(parcel.from().at())))
                .filter(courier -> parcelsInQuestion.add(parcel.id()))
                .ifPresent(courier -> offer(parcel, courier));
    }

    /** The parcel is in question, which it is no longer when the courier's driver has answered. */
    private void offer(Parcel parcel, Courier courier) {
        ask(courier, parcel).whenComplete((yes, failure) -> parcelsInQuestion.remove(parcel.id()));
    }

    private CompletableFuture<Boolean> ask(Courier courier, Parcel parcel) {
        restsUntil.put(courier.id(), Long.MAX_VALUE); // one question at a time
        return drivers.ask(courier, parcel).whenComplete((yes, failure) -> {
            boolean agreed = failure == null && Boolean.TRUE.equals(yes);
            restsUntil.put(courier.id(), agreed ? 0 : System.currentTimeMillis() + REST_AFTER_NO);
            try {
                if (agreed) {
                    depot.assign(parcel.id(), courier.id());
                } else if (failure == null && parcel.id().equals(courier.parcel())) {
                    depot.giveBack(parcel.id(), courier.id(), courier.driver());
                }
            } catch (XyException overtaken) {
                // somebody has assigned the parcel, or the courier, while the question was open
            }
        });
    }

    private boolean isResting(Courier courier) {
        return restsUntil.getOrDefault(courier.id(), 0L) > System.currentTimeMillis();
    }
}
