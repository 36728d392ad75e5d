/** The servers that are compared, each in a process of its own, told what to do by the lines of its standard input. */
@NullMarked
package io.xywebsocket.benchmarks.load.servers;

import org.jspecify.annotations.NullMarked;
