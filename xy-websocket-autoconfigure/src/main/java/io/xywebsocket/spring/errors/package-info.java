/** What becomes of Spring's own exceptions when a handler throws them. */
@NullMarked
package io.xywebsocket.spring.errors;

import org.jspecify.annotations.NullMarked;
