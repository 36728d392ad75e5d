/** Texts and throwables that somebody else has made, as they may be logged and asked: nothing here throws or forges a line. Not API. */
@NullMarked
package io.xywebsocket.untrusted;

import org.jspecify.annotations.NullMarked;
