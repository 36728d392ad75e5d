package io.xywebsocket.sample;

import io.xywebsocket.XyPeer;
import io.xywebsocket.XyRpc;
import java.util.List;
import org.springframework.stereotype.Component;

/** What the pages do with couriers. */
@Component
class CourierFunctions {

    private final Depot depot;
    private final Dispatcher dispatcher;

    CourierFunctions(Depot depot, Dispatcher dispatcher) {
        this.depot = depot;
        this.dispatcher = dispatcher;
    }

    @XyRpc("courier.list")
    List<Courier> list() {
        return depot.couriers();
    }

    /** From now on this page says where the courier is, and is asked before the courier gets a parcel. */
    @XyRpc("courier.take")
    Courier take(String courier, XyPeer driver) {
        Courier taken = depot.take(courier, driver.id());
        dispatcher.welcome(taken);
        return taken;
    }

    @XyRpc("courier.leave")
    void leave(XyPeer driver) {
        depot.leave(driver.id());
    }
}
