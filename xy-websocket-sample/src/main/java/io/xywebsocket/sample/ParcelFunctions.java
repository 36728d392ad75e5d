package io.xywebsocket.sample;

import io.xywebsocket.XyEvent;
import io.xywebsocket.XyException;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyRpc;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.NotBlank;
import java.util.List;
import org.springframework.stereotype.Component;

/** What the pages do with parcels. */
@Component
class ParcelFunctions {

    record NewParcel(
            @NotBlank(message = "Where should it be collected?") String from,
            @NotBlank(message = "Where should it go?") String to,
            @DecimalMin(value = "0.1", message = "Is there anything in it?")
                    @DecimalMax(value = "25", message = "A bicycle carries 25 kg at most")
                    double weight) {}

    record Scan(String parcel, String courier) {}

    record RefusedScan(String parcel, String message) {}

    private final Depot depot;
    private final City city;
    private final People people;
    private final Drivers drivers;

    ParcelFunctions(Depot depot, City city, People people, Drivers drivers) {
        this.depot = depot;
        this.city = city;
        this.people = people;
        this.drivers = drivers;
    }

    @XyRpc("parcel.list")
    List<Parcel> list() {
        return depot.parcels();
    }

    @XyRpc("parcel.find")
    Parcel find(String id) {
        return depot.parcel(id);
    }

    @XyRpc("parcel.create")
    Parcel create(@Valid NewParcel wish, XyPeer sender) {
        CityMap.Place from = city.place(wish.from(), "from");
        CityMap.Place to = city.place(wish.to(), "to");
        if (from.equals(to)) {
            throw new XyException(400, "It is at the " + to.name() + " already").with("field", "to");
        }
        return depot.send(from, to, wish.weight(), people.of(sender).name());
    }

    /** If a person drives the courier, that person is asked, in another tab or in the very one that called this. */
    @XyRpc("parcel.assign")
    Parcel assign(String parcel, String courier) {
        Parcel wanted = depot.parcel(parcel);
        Courier chosen = depot.courier(courier);
        wanted.checkWaiting();
        chosen.checkFree();
        if (!drivers.accepts(chosen, wanted)) {
            throw new XyException(409, chosen.name() + " said no")
                    .with("code", "DECLINED")
                    .with("courier", courier);
        }
        return depot.assign(parcel, courier);
    }

    /** The page says that it scanned a parcel; where its courier is, only the page knows. */
    @XyEvent("parcel.scanned")
    void scanned(Scan scan, XyPeer driver) {
        try {
            depot.scan(scan.parcel(), scan.courier(), drivers.locate(scan.courier(), driver));
        } catch (XyException refused) {
            // an event has no answer, so this is an event too
            driver.send("scan.refused", new RefusedScan(scan.parcel(), refused.getMessage()));
        }
    }
}
