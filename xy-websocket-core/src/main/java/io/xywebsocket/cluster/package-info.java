/**
 * Messages between the nodes of a cluster: numbered, repaired and in order, over a bus that may lose, repeat and delay
 * frames. Knows nothing of peers.
 */
@NullMarked
package io.xywebsocket.cluster;

import org.jspecify.annotations.NullMarked;
