package io.xywebsocket;

/** What stands in the queue to a peer: a frame as it is, or a place whose frame may still change. */
sealed interface Queued permits EncodedFrame, Place {}
