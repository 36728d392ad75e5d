/** What applications see of the Spring side: the events that tell of peers. */
@NullMarked
package io.xywebsocket.spring;

import org.jspecify.annotations.NullMarked;
