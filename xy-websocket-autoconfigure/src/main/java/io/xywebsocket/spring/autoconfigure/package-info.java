/** What makes the starter work by being there. */
@NullMarked
package io.xywebsocket.spring.autoconfigure;

import org.jspecify.annotations.NullMarked;
