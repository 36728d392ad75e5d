package io.xywebsocket.cluster;

import io.xywebsocket.XyClock;
import io.xywebsocket.protocol.JsonBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What a node of a cluster is made of. Immutable.
 *
 * @param node the id of this node, which no other one has or had
 */
public record NodeSetup(XyClusterSettings settings, String node, XyBus bus, XyClock clock) {

    /** The version of the frames' format. Nodes of another one are not understood; what it may gain is ignored. */
    static final int VERSION = 1;

    /** Returns the channel of this node. */
    String ownChannel() {
        return settings.nodeChannel(node);
    }

    /** Returns how the header of each frame begins. */
    String frameBeginning() {
        JsonBuffer beginning = new JsonBuffer();
        beginning
                .append("{\"xy\":" + VERSION + ",\"from\":\"" + node + "\",\"app\":")
                .appendQuoted(settings.fingerprint());
        return new String(beginning.toByteArray(), StandardCharsets.UTF_8);
    }
}
