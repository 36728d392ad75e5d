/** The application's clients, as far as they live and die with it. */
@NullMarked
package io.xywebsocket.spring.client;

import org.jspecify.annotations.NullMarked;
