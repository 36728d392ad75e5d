package io.xywebsocket.spring.server;

import io.xywebsocket.spring.startup.StartUpException;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.web.socket.server.support.WebSocketHandlerMapping;

/**
 * Refuses another WebSocket endpoint on the same path, such as that of STOMP: only one of them would ever get a
 * handshake.
 *
 * @since 0.1
 */
public final class PathCheck implements SmartInitializingSingleton {

    private final String mapping;
    private final ListableBeanFactory beans;

    /**
     * @param mapping the name of the endpoint's own mapping
     * @param beans   where it and others are
     */
    public PathCheck(String mapping, ListableBeanFactory beans) {
        this.mapping = mapping;
        this.beans = beans;
    }

    @Override
    public void afterSingletonsInstantiated() {
        Map<String, WebSocketHandlerMapping> others =
                new TreeMap<>(beans.getBeansOfType(WebSocketHandlerMapping.class, false, false));
        WebSocketHandlerMapping own = others.remove(mapping);
        if (own != null) {
            others.forEach((name, other) -> requireDistinct(own, name, other));
        }
    }

    private static void requireDistinct(WebSocketHandlerMapping own, String name, WebSocketHandlerMapping other) {
        for (String path : own.getHandlerMap().keySet()) {
            if (other.getHandlerMap().containsKey(path)) {
                throw StartUpException.ofProperty(
                        "xy.websocket.path",
                        "is '" + path + "', which is also the path of another WebSocket endpoint, in the mapping '"
                                + name + "'.",
                        "Set xy.websocket.path to another path, and use it in connect('…') of the pages as well; or change the"
                                + " path of the other endpoint.");
            }
        }
    }
}
