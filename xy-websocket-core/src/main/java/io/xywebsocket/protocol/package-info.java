/** The wire and nothing else: the one place that knows {@code e}, {@code p}, {@code id} and the prefixes. */
@NullMarked
package io.xywebsocket.protocol;

import org.jspecify.annotations.NullMarked;
