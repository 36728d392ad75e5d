package io.xywebsocket.sample;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** All parcels, couriers and visits, and which node moves the town. Not thread-safe: a {@link Ledger} lets one in at a time. */
final class Books {

    /** The books as they are written down. */
    record Copy(
            long version,
            int lastNumber,
            List<Parcel> parcels,
            List<Courier> couriers,
            List<Visit> visits,
            List<String> newlyTaken,
            String mover,
            long movedAt) {}

    private static final List<String> NAMES =
            List.of("Ada", "Bruno", "Chidi", "Dalia", "Emil", "Freya", "Goran", "Hana");
    private static final long TERM = 500;
    private static final long LONGEST_SILENCE = 2_000;

    private final Map<String, Parcel> parcels = new LinkedHashMap<>();
    private final Map<String, Courier> couriers = new LinkedHashMap<>();
    private final Map<String, Visit> visits = new LinkedHashMap<>();
    private final Set<String> newlyTaken = new LinkedHashSet<>();
    private final List<Runnable> rest = new ArrayList<>();
    private int lastNumber = 100;
    private long version = System.currentTimeMillis(); // higher than any of a town before this one
    private String mover = "";
    private long movedAt;

    private Books() {}

    static Books opened(City city) {
        Books books = new Books();
        for (String name : NAMES) {
            int number = books.couriers.size() + 1;
            books.put(Courier.starting("c" + number, name, number * 45, city.anyPlace()));
        }
        return books;
    }

    static Books of(Copy copy) {
        Books books = new Books();
        copy.parcels().forEach(books::put);
        copy.couriers().forEach(books::put);
        copy.visits().forEach(books::put);
        books.newlyTaken.addAll(copy.newlyTaken());
        books.lastNumber = copy.lastNumber();
        books.version = copy.version();
        books.mover = copy.mover();
        books.movedAt = copy.movedAt();
        return books;
    }

    Copy copy() {
        return new Copy(version, lastNumber, parcels(), couriers(), visits(), List.copyOf(newlyTaken), mover, movedAt);
    }

    long version() {
        return version;
    }

    /** The version of a change: of two states of one thing, the newer one has the higher version. */
    long nextVersion() {
        return ++version;
    }

    String nextParcel() {
        return "P-" + ++lastNumber;
    }

    List<Parcel> parcels() {
        return List.copyOf(parcels.values());
    }

    List<Courier> couriers() {
        return List.copyOf(couriers.values());
    }

    /** Null if there is none. */
    Parcel parcel(String id) {
        return parcels.get(id);
    }

    /** Null if there is none. */
    Courier courier(String id) {
        return couriers.get(id);
    }

    void put(Parcel parcel) {
        parcels.put(parcel.id(), parcel);
    }

    void put(Courier courier) {
        couriers.put(courier.id(), courier);
    }

    void remove(Parcel parcel) {
        parcels.remove(parcel.id());
    }

    List<Visit> visits() {
        return List.copyOf(visits.values());
    }

    /** Null if there is none of the person with this id. */
    Visit visit(String id) {
        return visits.get(id);
    }

    void put(Visit visit) {
        visits.put(visit.person().id(), visit);
    }

    void remove(Visit visit) {
        visits.remove(visit.person().id());
    }

    /** Couriers whose drivers have not been asked anything yet. */
    Set<String> newlyTaken() {
        return newlyTaken;
    }

    /** Whether this node moves the town: the one that did last, or another once that has been silent for 2 s. */
    boolean isMovedBy(String node) {
        long silence = System.currentTimeMillis() - movedAt;
        if (!node.equals(mover) && silence < LONGEST_SILENCE) {
            return false;
        }
        if (!node.equals(mover) || silence > TERM) {
            mover = node;
            movedAt += silence;
        }
        return true;
    }

    /** Has something done as soon as the changes are kept. */
    void afterwards(Runnable action) {
        rest.add(action);
    }

    void doTheRest() {
        List<Runnable> due = List.copyOf(rest);
        rest.clear();
        due.forEach(Runnable::run);
    }
}
