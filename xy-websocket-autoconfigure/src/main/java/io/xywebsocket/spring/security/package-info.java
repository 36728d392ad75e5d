/** Spring Security on connections: who a peer is while its handlers run, what it may call, and how long its login lasts. */
@NullMarked
package io.xywebsocket.spring.security;

import org.jspecify.annotations.NullMarked;
