package io.xywebsocket.sample;

import io.xywebsocket.XyException;
import io.xywebsocket.sample.CityMap.Place;

/**
 * A parcel, as it is also sent to the pages.
 *
 * @param sender  who sends it; null for the parcels that the town makes up itself
 * @param courier the id of the courier who fetches, carries or delivered it; null while it waits for one
 * @param since   when it came into its state, in milliseconds
 * @param version higher after each change
 */
record Parcel(
        String id,
        Place from,
        Place to,
        double weight,
        String sender,
        State state,
        String courier,
        long since,
        long version) {

    enum State {
        WAITING,
        ASSIGNED,
        CARRIED,
        DELIVERED
    }

    static Parcel waiting(String id, Place from, Place to, double weight, String sender) {
        return new Parcel(id, from, to, weight, sender, State.WAITING, null, System.currentTimeMillis(), 0);
    }

    Parcel assignedTo(Courier courier) {
        return in(State.ASSIGNED, courier.id());
    }

    Parcel carried() {
        return in(State.CARRIED, courier);
    }

    Parcel delivered() {
        return in(State.DELIVERED, courier);
    }

    Parcel waitingAgain() {
        return in(State.WAITING, null);
    }

    Parcel version(long version) {
        return new Parcel(id, from, to, weight, sender, state, courier, since, version);
    }

    void checkWaiting() {
        if (!is(State.WAITING)) {
            throw new XyException(409, id + " has a courier already")
                    .with("code", "PARCEL_TAKEN")
                    .with("courier", courier);
        }
    }

    boolean is(State expected) {
        return state == expected;
    }

    /** Where its courier has to go next. */
    Place nextStop() {
        return state == State.CARRIED ? to : from;
    }

    long age() {
        return System.currentTimeMillis() - since;
    }

    private Parcel in(State next, String courier) {
        return new Parcel(id, from, to, weight, sender, next, courier, System.currentTimeMillis(), version);
    }
}
