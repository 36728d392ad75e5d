package io.xywebsocket.sample;

import io.xywebsocket.XyPeer;
import io.xywebsocket.XyPresence;
import io.xywebsocket.XyRpc;
import org.springframework.stereotype.Component;

/** What the pages ask about the town as a whole. */
@Component
class CityFunctions {

    record Stats(int waiting, int onTheWay, int delivered, int people) {}

    private final City city;
    private final Depot depot;
    private final XyPresence presence;

    CityFunctions(City city, Depot depot, XyPresence presence) {
        this.city = city;
        this.depot = depot;
        this.presence = presence;
    }

    @XyRpc("city.map")
    CityMap map() {
        return city.map();
    }

    /** The event that this sends has arrived by the time that the call is answered. */
    @XyRpc("city.refresh")
    void refresh(XyPeer peer) {
        depot.tell(peer);
    }

    @XyRpc("city.stats")
    Stats stats() {
        int waiting = 0;
        int onTheWay = 0;
        for (Parcel parcel : depot.parcels()) {
            switch (parcel.state()) {
                case WAITING -> waiting++;
                case ASSIGNED, CARRIED -> onTheWay++;
                case DELIVERED -> {} // counted below, as it also was when it has long been tidied away
            }
        }
        int delivered = depot.couriers().stream().mapToInt(Courier::delivered).sum();
        return new Stats(waiting, onTheWay, delivered, presence.size());
    }
}
