package io.xywebsocket.sample;

import io.xywebsocket.XyException;
import io.xywebsocket.sample.CityMap.Place;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * A courier, as it is also sent to the pages.
 *
 * @param at      where it is
 * @param way     the crossings that it still has to pass; empty when it has arrived, or when a person drives
 * @param parcel  the id of the parcel that it fetches or carries; null if it is free
 * @param driver  the id of the person who drives it; null if it rides by itself
 * @param version higher after each change; that it rides on is none
 */
record Courier(
        String id,
        String name,
        int hue,
        Point at,
        List<Point> way,
        String parcel,
        String driver,
        int delivered,
        long version) {

    static Courier starting(String id, String name, int hue, Place place) {
        return new Courier(id, name, hue, place.at(), List.of(), null, null, 0, 0);
    }

    Courier version(long version) {
        return new Courier(id, name, hue, at, way, parcel, driver, delivered, version);
    }

    void checkFree() {
        if (!free()) {
            throw new XyException(409, name + " is busy with " + parcel)
                    .with("code", "COURIER_BUSY")
                    .with("parcel", parcel);
        }
    }

    void checkHas(Parcel scanned) {
        if (!scanned.id().equals(parcel)) {
            throw new XyException(409, name + " does not have " + scanned.id()).with("code", "NOT_YOURS");
        }
    }

    boolean free() {
        return parcel == null;
    }

    boolean driven() {
        return driver != null;
    }

    Courier at(Point at) {
        return new Courier(id, name, hue, at, way, parcel, driver, delivered, version);
    }

    Courier onWay(List<Point> way) {
        return new Courier(id, name, hue, at, way, parcel, driver, delivered, version);
    }

    Courier with(Parcel parcel) {
        return new Courier(id, name, hue, at, way, parcel.id(), driver, delivered, version);
    }

    Courier withoutParcel() {
        return new Courier(id, name, hue, at, way, null, driver, delivered, version);
    }

    Courier afterDelivery() {
        return new Courier(id, name, hue, at, way, null, driver, delivered + 1, version);
    }

    Courier drivenBy(String driver) {
        return new Courier(id, name, hue, at, List.of(), parcel, driver, delivered, version);
    }

    /** Further along its way. */
    Courier ridden(double distance) {
        Deque<Point> left = new ArrayDeque<>(way);
        Point here = at;
        while (!left.isEmpty() && here.distanceTo(left.getFirst()) <= distance) {
            distance -= here.distanceTo(left.getFirst());
            here = left.removeFirst();
        }
        return at(left.isEmpty() ? here : here.towards(left.getFirst(), distance))
                .onWay(List.copyOf(left));
    }
}
