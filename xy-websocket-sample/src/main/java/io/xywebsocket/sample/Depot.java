package io.xywebsocket.sample;

import io.xywebsocket.XyBroadcaster;
import io.xywebsocket.XyException;
import io.xywebsocket.XyPeer;
import io.xywebsocket.sample.CityMap.Place;
import io.xywebsocket.sample.Parcel.State;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.springframework.stereotype.Component;

/**
 * All parcels and couriers. Each change is broadcast before the lock is given back: that way everybody sees the changes in
 * the order in which they happened. It may be done under a lock because a broadcast waits for nobody.
 */
@Component
class Depot {

    record Snapshot(List<Parcel> parcels, List<Courier> couriers) {}

    private final Map<String, Parcel> parcels = new LinkedHashMap<>();
    private final Map<String, Courier> couriers = new LinkedHashMap<>();
    private final City city;
    private final XyBroadcaster broadcaster;
    private int lastNumber = 100;

    Depot(City city, XyBroadcaster broadcaster) {
        this.city = city;
        this.broadcaster = broadcaster;
        for (String name : List.of("Ada", "Bruno", "Chidi", "Dalia", "Emil", "Freya", "Goran", "Hana")) {
            int number = couriers.size() + 1;
            couriers.put("c" + number, Courier.starting("c" + number, name, number * 45, city.anyPlace()));
        }
    }

    /** Sent under the lock, so that no change can slip in between: all that follow are sent after it. */
    synchronized void tell(XyPeer peer) {
        peer.send("city.snapshot", new Snapshot(parcels(), couriers()));
    }

    synchronized List<Parcel> parcels() {
        return List.copyOf(parcels.values());
    }

    synchronized List<Courier> couriers() {
        return List.copyOf(couriers.values());
    }

    synchronized Parcel parcel(String id) {
        return known(parcels.get(id), "parcel", id);
    }

    synchronized Courier courier(String id) {
        return known(couriers.get(id), "courier", id);
    }

    synchronized Parcel send(Place from, Place to, double weight, String sender) {
        return changed(Parcel.waiting("P-" + ++lastNumber, from, to, weight, sender));
    }

    /** A parcel that nobody has sent: the town makes it up. */
    synchronized Parcel sendAny() {
        Place from = city.anyPlace();
        Place to = city.anyPlace();
        while (to.equals(from)) {
            to = city.anyPlace();
        }
        double weight = ThreadLocalRandom.current().nextInt(2, 120) / 10.0;
        return send(from, to, weight, null);
    }

    /** Does nothing if the courier has the parcel already. */
    synchronized Parcel assign(String parcelId, String courierId) {
        Parcel parcel = parcel(parcelId);
        Courier courier = courier(courierId);
        if (parcel.id().equals(courier.parcel())) {
            return parcel;
        }
        parcel.checkWaiting();
        courier.checkFree();
        Parcel assigned = changed(parcel.assignedTo(courier));
        changed(sentTo(parcel.nextStop(), courier.with(parcel)));
        return assigned;
    }

    /** The driver does not want the parcel that the courier has: it waits for another courier where it came from. */
    synchronized void giveBack(String parcelId, String courierId, String driver) {
        Courier courier = courier(courierId);
        if (parcelId.equals(courier.parcel()) && driver.equals(courier.driver())) {
            changed(parcel(parcelId).waitingAgain());
            changed(courier.withoutParcel());
        }
    }

    /** The courier is at the parcel's next stop, and takes it up or hands it over. */
    synchronized void scan(String parcelId, String courierId, Point at) {
        Parcel parcel = parcel(parcelId);
        Courier courier = courier(courierId);
        courier.checkHas(parcel);
        parcel.nextStop().checkInReach(at);
        if (parcel.is(State.ASSIGNED)) {
            changed(parcel.carried());
            changed(sentTo(parcel.to(), courier));
        } else {
            changed(parcel.delivered());
            changed(courier.afterDelivery());
        }
    }

    synchronized Courier take(String courierId, String driver) {
        Courier courier = courier(courierId);
        if (courier.driven() && !courier.driver().equals(driver)) {
            throw new XyException(409, courier.name() + " has a driver already").with("code", "COURIER_TAKEN");
        }
        leave(driver);
        return changed(courier(courierId).drivenBy(driver));
    }

    synchronized void leave(String driver) {
        for (Courier courier : couriers()) {
            if (driver.equals(courier.driver())) {
                Courier alone = courier.drivenBy(null);
                changed(courier.free() ? alone : sentTo(parcel(courier.parcel()).nextStop(), alone));
            }
        }
    }

    /** A position that a driver has told; it goes out with the next tick, not by itself. */
    synchronized void drivenTo(String courierId, String driver, Point at) {
        couriers.computeIfPresent(
                courierId, (id, courier) -> driver.equals(courier.driver()) ? courier.at(city.within(at)) : courier);
    }

    /** All couriers that ride by themselves go on, and do at the end of their way what is to be done there. */
    synchronized void ride(double distance) {
        for (Courier courier : couriers()) {
            if (!courier.way().isEmpty()) {
                couriers.put(courier.id(), courier.ridden(courier.free() ? distance / 2 : distance));
            } else if (!courier.driven() && courier.free()) {
                couriers.put(courier.id(), sentTo(city.anyPlace(), courier)); // a stroll: nobody needs to know
            } else if (!courier.driven()) {
                scan(courier.parcel(), courier.id(), courier.at());
            }
        }
    }

    synchronized void forget(Parcel parcel) {
        parcels.remove(parcel.id());
        broadcaster.broadcast("parcel.removed", parcel.id());
    }

    private static <T> T known(T found, String kind, String id) {
        if (found == null) {
            throw new XyException(404, "There is no " + kind + " " + id).with("code", "UNKNOWN");
        }
        return found;
    }

    private Courier sentTo(Place place, Courier courier) {
        return courier.driven() ? courier : courier.onWay(city.way(courier.at(), place.at()));
    }

    private Parcel changed(Parcel parcel) {
        parcels.put(parcel.id(), parcel);
        broadcaster.broadcast("parcel.changed", parcel);
        return parcel;
    }

    private Courier changed(Courier courier) {
        couriers.put(courier.id(), courier);
        broadcaster.broadcast("courier.changed", courier);
        return courier;
    }
}
