package io.xywebsocket;

import org.jspecify.annotations.Nullable;

/** Where an event stands that can be replaced or lost while it waits. Not thread-safe. */
final class Place implements Queued {

    /** Null if only the event's age is of interest. */
    final @Nullable LatestKey key;

    /** Null once the event is lost. */
    @Nullable
    EncodedFrame frame;

    // of the ring of places by age
    Place older = this;
    Place newer = this;

    Place(@Nullable LatestKey key, @Nullable EncodedFrame frame) {
        this.key = key;
        this.frame = frame;
    }
}
