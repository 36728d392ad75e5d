/** Several nodes as one, by Redis. */
@NullMarked
package io.xywebsocket.spring.cluster;

import org.jspecify.annotations.NullMarked;
