package io.xywebsocket.spring.client;

import io.xywebsocket.spring.XyClientConnectedEvent;
import io.xywebsocket.spring.XyClientDisconnectedEvent;
import io.xywebsocket.spring.XyClientGaveUpEvent;
import io.xywebsocket.spring.XyClientRetryingEvent;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.context.event.EventListener;

/** What an application hears of its clients. */
final class News {

    final List<String> heard = new CopyOnWriteArrayList<>();

    @EventListener
    void up(XyClientConnectedEvent event) {
        heard.add(event.name() + " connected: " + event.server().isOpen());
    }

    @EventListener
    void down(XyClientDisconnectedEvent event) {
        heard.add(event.name() + " disconnected: " + event.code());
    }

    @EventListener
    void again(XyClientRetryingEvent event) {
        heard.add(event.name() + " retrying: " + event.failedTries());
    }

    @EventListener
    void never(XyClientGaveUpEvent event) {
        heard.add(event.name() + " gave up: " + event.client().state());
    }
}
