package io.xywebsocket.engine;

/** Identifies the events of which only the latest counts. */
record LatestKey(String event, String key) {}
