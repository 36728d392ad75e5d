package io.xywebsocket.engine;

import io.xywebsocket.XyAnswers;
import io.xywebsocket.XyInternals;
import io.xywebsocket.XyLimits;
import io.xywebsocket.XyLocalAudience;
import io.xywebsocket.XyMember;
import io.xywebsocket.XyPayload;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Selects peers at each use, and sends to them or calls them. Immutable. */
final class Audience implements XyLocalAudience {

    private final EngineContext context;
    private final Directory directory;

    /** Null for this node's peers only. */
    private final @Nullable ClusterNode cluster;

    private final Addressees addressees;
    private final Predicate<? super XyPeer> filter;
    private final Duration timeout;

    private Audience(
            EngineContext context,
            Directory directory,
            @Nullable ClusterNode cluster,
            Addressees addressees,
            Predicate<? super XyPeer> filter,
            Duration timeout) {
        this.context = context;
        this.directory = directory;
        this.cluster = cluster;
        this.addressees = addressees;
        this.filter = filter;
        this.timeout = timeout;
    }

    /** @param cluster null for this node's peers only */
    static Audience of(
            EngineContext context, Directory directory, @Nullable ClusterNode cluster, Addressees addressees) {
        return new Audience(
                context,
                directory,
                cluster,
                addressees,
                peer -> true,
                context.timeouts().call());
    }

    @Override
    public XyLocalAudience where(Predicate<? super XyPeer> accepted) {
        Predicate<? super XyPeer> before = filter;
        return with(addressees, peer -> before.test(peer) && accepted.test(peer), timeout);
    }

    @Override
    public XyLocalAudience except(XyMember... members) {
        return exceptIds(Stream.of(members).map(XyMember::id).toArray(String[]::new));
    }

    @Override
    public XyLocalAudience exceptIds(String... ids) {
        return with(addressees.withoutIds(ids), filter, timeout);
    }

    @Override
    public XyLocalAudience withTimeout(Duration other) {
        return with(addressees, filter, XyInternals.positive("timeout", other));
    }

    private Audience with(Addressees who, Predicate<? super XyPeer> newFilter, Duration newTimeout) {
        return new Audience(context, directory, cluster, who, newFilter, newTimeout);
    }

    @Override
    public int send(String event, @Nullable Object payload) {
        return send(event, payload, null);
    }

    @Override
    public int sendLatest(String event, String key, @Nullable Object payload) {
        return send(event, payload, key);
    }

    private int send(String event, @Nullable Object payload, @Nullable String key) {
        XyLimits.checkedName(event);
        if (cluster == null) {
            return sendHere(event, payload, key);
        }
        XyPayload encoded = context.codec().payload(payload);
        int queued = sendHere(event, encoded, key);
        cluster.event(addressees, event, key, encoded);
        return queued;
    }

    int sendHere(String event, @Nullable Object payload, @Nullable String key) {
        Predicate<ConnectionPeer> sender = sender(event, payload, key == null ? null : new LatestKey(event, key));
        int queued = 0;
        for (ConnectionPeer peer : candidates()) {
            if (includes(peer) && sender.test(peer)) {
                queued++;
            }
        }
        return queued;
    }

    /** Returns whether no peer of this node can be meant. */
    boolean isEmptyHere() {
        Iterable<? extends XyPeer> all = candidates();
        return !all.iterator().hasNext();
    }

    private Predicate<ConnectionPeer> sender(String event, @Nullable Object payload, @Nullable LatestKey key) {
        Delivery delivery = addressees.kind() == Addressees.Kind.EVERYBODY
                ? Delivery.DIRECT
                : (peer, frame, latest) -> peer.connection.sendIfAmong(addressees, frame, latest);
        Interceptors interceptors = context.interceptors();
        if (interceptors != null) {
            return new InterceptedEvents(context, interceptors).sender(event, payload, key, delivery);
        }
        EncodedFrame frame = context.codec().event(event, payload);
        return peer -> delivery.deliver(peer, frame, key);
    }

    /** Returns each peer once, and perhaps some that {@link #includes} leaves out. */
    private Collection<ConnectionPeer> candidates() {
        if (addressees.kind() == Addressees.Kind.EVERYBODY) {
            return directory.peers.all();
        }
        Function<String, Collection<ConnectionPeer>> index =
                addressees.kind() == Addressees.Kind.GROUPS ? directory.groups::of : directory::peersOfUser;
        Set<ConnectionPeer> all = new LinkedHashSet<>(); // one that leaves and joins meanwhile is seen twice
        addressees.names().forEach(name -> all.addAll(index.apply(name)));
        return all;
    }

    private boolean includes(ConnectionPeer peer) {
        return peer.connection.hook.isAdmitted() && !addressees.leavesOut(peer.connection.id) && filter.test(peer);
    }

    private List<ConnectionPeer> peers() {
        List<ConnectionPeer> peers = new ArrayList<>();
        for (ConnectionPeer peer : candidates()) {
            if (includes(peer)) {
                peers.add(peer);
            }
        }
        return peers;
    }

    /** Returns the members of other nodes that are meant. */
    private List<RemoteMember> others() {
        if (cluster == null) {
            return List.of();
        }
        RemoteMembers remote = cluster.remote;
        Set<RemoteMember> found = new LinkedHashSet<>();
        switch (addressees.kind()) {
            case EVERYBODY -> found.addAll(remote.all());
            case GROUPS -> addressees.names().forEach(group -> found.addAll(remote.groups.of(group)));
            case USERS -> addressees.names().forEach(user -> found.addAll(remote.users.of(user)));
        }
        found.removeIf(member -> addressees.leavesOut(member.id()));
        return List.copyOf(found);
    }

    @Override
    public List<XyMember> members() {
        List<XyMember> all = new ArrayList<>(peers());
        all.addAll(others());
        return Collections.unmodifiableList(all);
    }

    @Override
    public <T> XyAnswers<T> call(String function, @Nullable Object payload, XyType<T> type) {
        XyLimits.checkedName(function);
        XyPayload encoded = context.codec().payload(payload);
        List<ConnectionPeer> here = peers();
        List<RemoteMember> others = others();
        List<XyMember> asked = new ArrayList<>(here);
        asked.addAll(others);
        ManyCalls<T> calls = new ManyCalls<>(context, asked);
        calls.start(here, others, cluster, function, encoded, type, timeout);
        return calls;
    }

    @Override
    public <C> C proxy(Class<C> contract) {
        return new AudienceEvents(this).proxy(contract);
    }

    @Override
    public <C, T> XyAnswers<T> call(Class<C> contract, Function<C, T> one) {
        RecordedCall recorded = RecordedCall.of(contract, one);
        @SuppressWarnings("unchecked") // the type of the contract's method, whose result is T
        XyType<T> type = (XyType<T>) recorded.type();
        return call(recorded.function(), recorded.payload(), type);
    }

    @Override
    public String toString() {
        return "XyAudience[" + addressees.kind() + " " + addressees.names().size() + "]";
    }
}
