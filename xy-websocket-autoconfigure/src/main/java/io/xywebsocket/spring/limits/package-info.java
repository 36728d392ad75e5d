/** Limits on rates, by Bucket4j. */
@NullMarked
package io.xywebsocket.spring.limits;

import org.jspecify.annotations.NullMarked;
