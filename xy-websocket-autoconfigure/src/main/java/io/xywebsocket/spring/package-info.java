/** What applications see of the Spring side: events that tell of peers and clients, customizers, and whose handlers are whose. */
@NullMarked
package io.xywebsocket.spring;

import org.jspecify.annotations.NullMarked;
