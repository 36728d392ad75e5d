package io.xywebsocket.engine;

import org.jspecify.annotations.Nullable;

/** An event in the send queue that can be replaced or discarded. Not thread-safe. */
final class QueuedEvent implements Queued {

    /** Null for an event without a key. */
    final @Nullable LatestKey key;

    /** Null once the event has been discarded. */
    @Nullable
    EncodedFrame frame;

    // links of EventAges
    QueuedEvent older = this;
    QueuedEvent newer = this;

    QueuedEvent(@Nullable LatestKey key, @Nullable EncodedFrame frame) {
        this.key = key;
        this.frame = frame;
    }
}
