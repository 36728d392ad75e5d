package io.xywebsocket.engine;

import io.xywebsocket.XyMember;
import io.xywebsocket.XyPresenceListener;
import io.xywebsocket.cluster.XyClusterListener;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** What the listeners of a node have been told, as texts in their order. Thread-safe. */
final class ClusterNotices implements XyClusterListener, XyPresenceListener {

    final List<String> heard = new CopyOnWriteArrayList<>();

    /** The close code that was told, by the member's id. */
    final Map<String, Integer> goneWith = new ConcurrentHashMap<>();

    @Override
    public void joined(String node) {
        heard.add("node joined");
    }

    @Override
    public void lost(String node) {
        heard.add("node lost");
    }

    @Override
    public void left(String node) {
        heard.add("node left");
    }

    @Override
    public void gap(String node, long events) {
        heard.add("gap " + events);
    }

    @Override
    public void cutOff() {
        heard.add("cut off");
    }

    @Override
    public void connected() {
        heard.add("connected");
    }

    @Override
    public void memberConnected(XyMember member) {
        heard.add("up " + member.id());
    }

    @Override
    public void memberGone(XyMember member, int code) {
        goneWith.put(member.id(), code);
        heard.add("gone " + member.id());
    }

    @Override
    public void joined(XyMember member, String group) {
        heard.add("joined " + group + " " + member.id());
    }

    @Override
    public void left(XyMember member, String group) {
        heard.add("left " + group + " " + member.id());
    }

    @Override
    public void userOnline(String user) {
        heard.add(user + " online");
    }

    @Override
    public void userOffline(String user) {
        heard.add(user + " offline");
    }
}
