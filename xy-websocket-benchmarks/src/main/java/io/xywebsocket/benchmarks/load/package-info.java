/** Load from outside: servers in processes of their own, driven side by side by one generator. */
@NullMarked
package io.xywebsocket.benchmarks.load;

import org.jspecify.annotations.NullMarked;
