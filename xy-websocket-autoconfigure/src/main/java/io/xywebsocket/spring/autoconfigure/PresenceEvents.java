package io.xywebsocket.spring.autoconfigure;

import io.xywebsocket.XyMember;
import io.xywebsocket.XyPresenceListener;
import io.xywebsocket.spring.XyJoinedEvent;
import io.xywebsocket.spring.XyLeftEvent;
import io.xywebsocket.spring.XyMemberConnectedEvent;
import io.xywebsocket.spring.XyMemberGoneEvent;
import io.xywebsocket.spring.XyUserOfflineEvent;
import io.xywebsocket.spring.XyUserOnlineEvent;
import org.springframework.context.ApplicationEventPublisher;

/** Publishes what happens to members, groups and users as Spring events. */
record PresenceEvents(ApplicationEventPublisher events) implements XyPresenceListener {

    @Override
    public void memberConnected(XyMember member) {
        events.publishEvent(new XyMemberConnectedEvent(member));
    }

    @Override
    public void memberGone(XyMember member, int code) {
        events.publishEvent(new XyMemberGoneEvent(member, code));
    }

    @Override
    public void joined(XyMember member, String group) {
        events.publishEvent(new XyJoinedEvent(member, group));
    }

    @Override
    public void left(XyMember member, String group) {
        events.publishEvent(new XyLeftEvent(member, group));
    }

    @Override
    public void userOnline(String user) {
        events.publishEvent(new XyUserOnlineEvent(user));
    }

    @Override
    public void userOffline(String user) {
        events.publishEvent(new XyUserOfflineEvent(user));
    }
}
