package io.xywebsocket.benchmarks.load;

import java.util.function.Consumer;

/** One thing to be measured with several nodes. */
record ClusterRow(String id, Consumer<ClusterBench> measurement) implements Named {}
