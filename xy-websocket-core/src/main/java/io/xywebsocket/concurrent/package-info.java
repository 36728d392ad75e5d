/** Threads and timers, without a protocol. Not API: any release may change it. */
@NullMarked
package io.xywebsocket.concurrent;

import org.jspecify.annotations.NullMarked;
