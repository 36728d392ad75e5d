package io.xywebsocket.sample;

import io.xywebsocket.XyBroadcaster;
import io.xywebsocket.XyException;
import io.xywebsocket.XyPeer;
import io.xywebsocket.sample.CityMap.Place;
import io.xywebsocket.sample.Parcel.State;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * All parcels and couriers, as they stand in the books. Each change is broadcast, and has a version: what several nodes send
 * may arrive in another order than it happened in.
 */
@Component
class Depot {

    private static final Logger log = LoggerFactory.getLogger(Depot.class);

    /** Changes up to this version are in it. */
    record Snapshot(long version, List<Parcel> parcels, List<Courier> couriers) {}

    record Removed(String id, long version) {}

    private final Ledger ledger;
    private final City city;
    private final XyBroadcaster broadcaster;
    private final String node;
    private volatile boolean moved;

    /** @param node what people call this node, if there are several */
    Depot(Ledger ledger, City city, XyBroadcaster broadcaster, @Value("${town.node:}") String node) {
        this.ledger = ledger;
        this.city = city;
        this.broadcaster = broadcaster;
        this.node = node;
    }

    /** Whether it is this node that moves couriers, offers parcels and tidies up: one does so for all. */
    boolean isMovedHere() {
        boolean before = moved;
        try {
            moved = ledger.use(books -> books.isMovedBy(node));
        } catch (XyException outOfReach) {
            moved = false;
        }
        if (moved && !before && !node.isEmpty()) {
            log.info("Node {} moves the town now", node);
        }
        return moved;
    }

    void tell(XyPeer peer) {
        ledger.use(books -> {
            Snapshot snapshot = new Snapshot(books.version(), books.parcels(), books.couriers());
            books.afterwards(() -> peer.send("city.snapshot", snapshot));
            return snapshot;
        });
    }

    List<Parcel> parcels() {
        return ledger.use(Books::parcels);
    }

    List<Courier> couriers() {
        return ledger.use(Books::couriers);
    }

    Parcel parcel(String id) {
        return ledger.use(books -> parcel(books, id));
    }

    Courier courier(String id) {
        return ledger.use(books -> courier(books, id));
    }

    Parcel send(Place from, Place to, double weight, String sender) {
        return ledger.use(books -> changed(books, Parcel.waiting(books.nextParcel(), from, to, weight, sender)));
    }

    /** A parcel that nobody has sent: the town makes it up. */
    Parcel sendAny() {
        Place from = city.anyPlace();
        Place to = city.anyPlace();
        while (to.equals(from)) {
            to = city.anyPlace();
        }
        double weight = ThreadLocalRandom.current().nextInt(2, 120) / 10.0;
        return send(from, to, weight, null);
    }

    /** Does nothing if the courier has the parcel already. */
    Parcel assign(String parcelId, String courierId) {
        return ledger.use(books -> {
            Parcel parcel = parcel(books, parcelId);
            Courier courier = courier(books, courierId);
            if (parcel.id().equals(courier.parcel())) {
                return parcel;
            }
            parcel.checkWaiting();
            courier.checkFree();
            Parcel assigned = changed(books, parcel.assignedTo(courier));
            changed(books, sentTo(parcel.nextStop(), courier.with(parcel)));
            return assigned;
        });
    }

    /** The driver does not want the parcel that the courier has: it waits for another courier where it came from. */
    void giveBack(String parcelId, String courierId, String driver) {
        ledger.use(books -> {
            Courier courier = courier(books, courierId);
            if (parcelId.equals(courier.parcel()) && driver.equals(courier.driver())) {
                changed(books, parcel(books, parcelId).waitingAgain());
                changed(books, courier.withoutParcel());
            }
            return null;
        });
    }

    /** The courier is at the parcel's next stop, and takes it up or hands it over. */
    void scan(String parcelId, String courierId, Point at) {
        ledger.use(books -> {
            scan(books, parcel(books, parcelId), courier(books, courierId), at);
            return null;
        });
    }

    private void scan(Books books, Parcel parcel, Courier courier, Point at) {
        courier.checkHas(parcel);
        parcel.nextStop().checkInReach(at);
        if (parcel.is(State.ASSIGNED)) {
            changed(books, parcel.carried());
            changed(books, sentTo(parcel.to(), courier));
        } else {
            changed(books, parcel.delivered());
            changed(books, courier.afterDelivery());
        }
    }

    Courier take(String courierId, String driver) {
        return ledger.use(books -> {
            Courier courier = courier(books, courierId);
            if (courier.driven() && !courier.driver().equals(driver)) {
                throw new XyException(409, courier.name() + " has a driver already").with("code", "COURIER_TAKEN");
            }
            leave(books, driver);
            return changed(books, courier(books, courierId).drivenBy(driver));
        });
    }

    void leave(String driver) {
        ledger.use(books -> {
            leave(books, driver);
            return null;
        });
    }

    private void leave(Books books, String driver) {
        for (Courier courier : books.couriers()) {
            if (driver.equals(courier.driver())) {
                Courier alone = courier.drivenBy(null);
                changed(
                        books,
                        courier.free()
                                ? alone
                                : sentTo(parcel(books, courier.parcel()).nextStop(), alone));
            }
        }
    }

    /** The courier's driver is to be asked soon, by whichever node moves the town. */
    void welcome(Courier courier) {
        ledger.use(books -> books.newlyTaken().add(courier.id()));
    }

    /** Returns the couriers to be welcomed, each once. */
    List<String> newlyTaken() {
        return ledger.use(books -> {
            List<String> couriers = List.copyOf(books.newlyTaken());
            books.newlyTaken().clear();
            return couriers;
        });
    }

    /** A position that a driver has told; it goes out with the next tick, not by itself. */
    void drivenTo(String courierId, String driver, Point at) {
        ledger.use(books -> {
            Courier courier = books.courier(courierId);
            if (courier != null && driver.equals(courier.driver())) {
                books.put(courier.at(city.within(at)));
            }
            return null;
        });
    }

    /** All couriers that ride by themselves go on, and do at the end of their way what is to be done there. */
    void ride(double distance) {
        ledger.use(books -> {
            for (Courier courier : books.couriers()) {
                if (!courier.way().isEmpty()) {
                    books.put(courier.ridden(courier.free() ? distance / 2 : distance));
                } else if (!courier.driven() && courier.free()) {
                    books.put(sentTo(city.anyPlace(), courier)); // a stroll: nobody needs to know
                } else if (!courier.driven()) {
                    scan(books, parcel(books, courier.parcel()), courier, courier.at());
                }
            }
            return null;
        });
    }

    void forget(Parcel parcel) {
        ledger.use(books -> {
            books.remove(parcel);
            Removed removed = new Removed(parcel.id(), books.nextVersion());
            books.afterwards(() -> broadcaster.broadcast("parcel.removed", removed));
            return null;
        });
    }

    private static Parcel parcel(Books books, String id) {
        return known(books.parcel(id), "parcel", id);
    }

    private static Courier courier(Books books, String id) {
        return known(books.courier(id), "courier", id);
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

    private Parcel changed(Books books, Parcel parcel) {
        Parcel changed = parcel.version(books.nextVersion());
        books.put(changed);
        books.afterwards(() -> broadcaster.broadcast("parcel.changed", changed));
        return changed;
    }

    private Courier changed(Books books, Courier courier) {
        Courier changed = courier.version(books.nextVersion());
        books.put(changed);
        books.afterwards(() -> broadcaster.broadcast("courier.changed", changed));
        return changed;
    }
}
