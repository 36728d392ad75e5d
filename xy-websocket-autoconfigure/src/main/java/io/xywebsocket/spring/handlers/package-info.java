/** Finds the annotated methods of beans and offers them to peers. */
@NullMarked
package io.xywebsocket.spring.handlers;

import org.jspecify.annotations.NullMarked;
