package io.xywebsocket.benchmarks.load.servers;

import java.util.List;

/** A payload of many parts. */
record Order(int id, List<Item> lines) {}
