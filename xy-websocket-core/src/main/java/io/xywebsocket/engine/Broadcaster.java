package io.xywebsocket.engine;

import io.xywebsocket.XyAudience;
import io.xywebsocket.XyBroadcaster;
import io.xywebsocket.XyLocalAudience;
import org.jspecify.annotations.Nullable;

/** Addresses members. A class of its own, as containers that inject by type must tell it from the peers. */
final class Broadcaster implements XyBroadcaster {

    private final EngineContext context;
    private final Directory directory;
    private final @Nullable ClusterNode cluster;
    private final Audience everybody;
    private final Audience here;

    /** @param cluster null for none */
    Broadcaster(EngineContext context, Directory directory, @Nullable ClusterNode cluster) {
        this.cluster = cluster;
        this.context = context;
        this.directory = directory;
        this.everybody = Audience.of(context, directory, cluster, Addressees.EVERYBODY);
        this.here = Audience.of(context, directory, null, Addressees.EVERYBODY);
    }

    @Override
    public XyAudience everybody() {
        return everybody;
    }

    @Override
    public XyAudience toGroup(String... groups) {
        return Audience.of(context, directory, cluster, Addressees.groups(groups));
    }

    @Override
    public XyAudience toUser(String... users) {
        return Audience.of(context, directory, cluster, Addressees.users(users));
    }

    @Override
    public XyLocalAudience here() {
        return here;
    }
}
