/** The inside, piece by piece. */
@NullMarked
package io.xywebsocket.benchmarks.jmh;

import org.jspecify.annotations.NullMarked;
