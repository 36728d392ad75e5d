/** The seam between the engine and whatever carries its text. */
@NullMarked
package io.xywebsocket.transport;

import org.jspecify.annotations.NullMarked;
