package io.xywebsocket.engine;

/** An item of the send queue: a frame, or an event whose frame may change. */
sealed interface Queued permits EncodedFrame, QueuedEvent {}
