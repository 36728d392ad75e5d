/** The one generator that drives all servers: WebSocket frames on plain NIO, from a single thread. */
@NullMarked
package io.xywebsocket.benchmarks.load.generator;

import org.jspecify.annotations.NullMarked;
