package io.xywebsocket.sample;

import io.xywebsocket.XyException;
import io.xywebsocket.sample.Parcel.State;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Gives the parcels that nobody cares about to couriers that have nothing to do. */
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

    @Scheduled(fixedRate = 1_000)
    void dispatch() {
        depot.parcels().stream()
                .filter(parcel -> parcel.is(State.WAITING))
                .filter(parcel -> parcel.age() > (parcel.sender() == null ? PATIENCE : PATIENCE_WITH_PEOPLE))
                .forEach(this::offer);
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

    private void offer(Parcel parcel, Courier courier) {
        restsUntil.put(courier.id(), Long.MAX_VALUE); // one question at a time
        drivers.ask(courier, parcel).whenComplete((yes, failure) -> {
            boolean agreed = failure == null && Boolean.TRUE.equals(yes);
            restsUntil.put(courier.id(), agreed ? 0 : System.currentTimeMillis() + REST_AFTER_NO);
            try {
                if (agreed) {
                    depot.assign(parcel.id(), courier.id());
                }
            } catch (XyException overtaken) {
                // somebody has assigned the parcel, or the courier, while the question was open
            } finally {
                parcelsInQuestion.remove(parcel.id());
            }
        });
    }

    private boolean isResting(Courier courier) {
        return restsUntil.getOrDefault(courier.id(), 0L) > System.currentTimeMillis();
    }
}
