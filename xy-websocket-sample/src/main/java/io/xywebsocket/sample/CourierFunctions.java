package io.xywebsocket.sample;

import io.xywebsocket.XyPeer;
import io.xywebsocket.XyRpc;
import java.util.List;
import org.springframework.stereotype.Component;

/** What the pages do with couriers. */
@Component
class CourierFunctions {

    private final Depot depot;

    CourierFunctions(Depot depot) {
        this.depot = depot;
    }

    @XyRpc("courier.list")
    List<Courier> list() {
        return depot.couriers();
    }

    /** From now on this page says where the courier is, and is asked before the courier gets a parcel. */
    @XyRpc("courier.take")
    Courier take(String courier, XyPeer driver) {
        return depot.take(courier, driver.id());
    }

    @XyRpc("courier.leave")
    void leave(XyPeer driver) {
        depot.leave(driver.id());
    }
}
