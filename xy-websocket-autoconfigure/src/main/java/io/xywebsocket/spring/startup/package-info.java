/** Why an application can't start, as Spring Boot shows it. */
@NullMarked
package io.xywebsocket.spring.startup;

import org.jspecify.annotations.NullMarked;
