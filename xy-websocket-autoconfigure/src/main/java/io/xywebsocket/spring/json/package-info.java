/** Payloads by the application's own JSON mapper, where that is not Jackson 2. */
@NullMarked
package io.xywebsocket.spring.json;

import org.jspecify.annotations.NullMarked;
