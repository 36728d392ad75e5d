package io.xywebsocket;

import org.jspecify.annotations.Nullable;

/** The events in a queue by age: a replaced one is as new as what it was replaced with, wherever it stands. Not thread-safe. */
final class EventAges {

    private final Place ends = new Place(null, null);

    void addNewest(Place place) {
        place.older = ends.older;
        place.newer = ends;
        place.older.newer = place;
        ends.older = place;
    }

    /** One that isn't among them stays as it is. */
    void remove(Place place) {
        place.older.newer = place.newer;
        place.newer.older = place.older;
        place.older = place;
        place.newer = place;
    }

    @Nullable
    Place oldest() {
        return ends.newer == ends ? null : ends.newer;
    }

    void clear() {
        ends.older = ends;
        ends.newer = ends;
    }
}
