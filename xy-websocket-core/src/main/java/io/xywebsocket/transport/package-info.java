/** The seam between the engine and whatever carries its messages. */
@NullMarked
package io.xywebsocket.transport;

import org.jspecify.annotations.NullMarked;
