package io.xywebsocket.sample;

import io.xywebsocket.XyBroadcaster;
import io.xywebsocket.sample.Parcel.State;
import java.util.List;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * What happens by itself: couriers ride, parcels are sent, and delivered ones go out of sight. On several nodes one of them
 * sees to it; when it is gone, another.
 */
@Component
class TownLife {

    private static final int TICK = 125;
    private static final double SPEED = 52; // units in a second
    private static final int ALWAYS_UNDER_WAY = 6;
    private static final long IN_SIGHT = 12_000;

    record Move(String id, double x, double y) {}

    private final Depot depot;
    private final Drivers drivers;
    private final XyBroadcaster broadcaster;

    TownLife(Depot depot, Drivers drivers, XyBroadcaster broadcaster) {
        this.depot = depot;
        this.drivers = drivers;
        this.broadcaster = broadcaster;
    }

    @Scheduled(fixedRate = TICK)
    void ride() {
        if (!depot.isMovedHere()) {
            return;
        }
        depot.ride(SPEED * TICK / 1_000);
        drivers.locateAll();
        List<Move> moves = depot.couriers().stream()
                .map(courier -> new Move(
                        courier.id(),
                        tenths(courier.at().x()),
                        tenths(courier.at().y())))
                .toList();
        broadcaster.broadcastLatest(
                "courier.moved", "all", moves); // a slow page is to catch up, not to replay the rides
    }

    @Scheduled(fixedRate = 2_000)
    void send() {
        if (!depot.isMovedHere()) {
            return;
        }
        long underWay = depot.parcels().stream()
                .filter(parcel -> !parcel.is(State.DELIVERED))
                .count();
        if (underWay < ALWAYS_UNDER_WAY) {
            depot.sendAny();
        }
    }

    @Scheduled(fixedRate = 1_000)
    void tidyUp() {
        if (!depot.isMovedHere()) {
            return;
        }
        depot.parcels().stream()
                .filter(parcel -> parcel.is(State.DELIVERED) && parcel.age() > IN_SIGHT)
                .forEach(depot::forget);
    }

    private static double tenths(double value) {
        return Math.round(value * 10) / 10.0;
    }
}
