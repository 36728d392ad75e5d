/** Payloads by a Jackson 3 mapper, and the views that both lines of Jackson share. */
@NullMarked
package io.xywebsocket.spring.json;

import org.jspecify.annotations.NullMarked;
