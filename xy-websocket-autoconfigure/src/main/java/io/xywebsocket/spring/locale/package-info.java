/** The language of peers: what their handshake asks for is the locale of their handlers. */
@NullMarked
package io.xywebsocket.spring.locale;

import org.jspecify.annotations.NullMarked;
