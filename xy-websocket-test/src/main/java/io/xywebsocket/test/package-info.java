/**
 * For applications' own tests: scripted peers that are connected to the real engine without a port, and virtual time. Begin at
 * {@link io.xywebsocket.test.XyTestPeers}.
 */
@NullMarked
package io.xywebsocket.test;

import org.jspecify.annotations.NullMarked;
