package io.xywebsocket;

/** What events of which only the latest counts have in common. */
record LatestKey(String event, String key) {}
