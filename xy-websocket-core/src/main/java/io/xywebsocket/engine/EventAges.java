package io.xywebsocket.engine;

import org.jspecify.annotations.Nullable;

/** The queued events by age, as a linked ring. A replaced event is as new as its replacement. Not thread-safe. */
final class EventAges {

    private final QueuedEvent ends = new QueuedEvent(null, null);

    void addNewest(QueuedEvent event) {
        event.older = ends.older;
        event.newer = ends;
        event.older.newer = event;
        ends.older = event;
    }

    /** Removes an event, if it is linked. */
    void remove(QueuedEvent event) {
        event.older.newer = event.newer;
        event.newer.older = event.older;
        event.older = event;
        event.newer = event;
    }

    @Nullable
    QueuedEvent oldest() {
        return ends.newer == ends ? null : ends.newer;
    }

    void clear() {
        ends.older = ends;
        ends.newer = ends;
    }
}
