package io.xywebsocket.spring.handlers;

import io.xywebsocket.XyHandlers;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * To whom the handlers of an application are offered.
 *
 * @param endpoint the application's own peers; null if it has no endpoint
 * @param clients  the servers of its clients, by the clients' names; null if that is somebody else's concern
 * @param excused  whether it is known already why there is no endpoint
 */
record Audience(@Nullable XyHandlers endpoint, @Nullable Map<String, XyHandlers> clients, boolean excused) {

    /** May be empty. */
    List<XyHandlers> of(HandlerMethod handler) {
        if (handler.clients().isEmpty()) {
            return endpoint == null ? List.of() : List.of(endpoint);
        }
        return clients == null
                ? List.of()
                : handler.clients().stream()
                        .map(name -> client(clients, name, handler))
                        .toList();
    }

    /** Whether nobody will ever reach it, and nobody has said so. */
    boolean misses(HandlerMethod handler) {
        // with clients, what is known says nothing about a handler that lacks its mark
        boolean said = excused && (clients == null || clients.isEmpty());
        return endpoint == null && handler.clients().isEmpty() && !said;
    }

    private static XyHandlers client(Map<String, XyHandlers> clients, String name, HandlerMethod handler) {
        XyHandlers found = clients.get(name);
        if (found != null) {
            return found;
        }
        String description = handler.annotation() + " method " + handler.place() + " is marked for "
                + (name.isEmpty() ? "the client without a name" : "the client '" + name + "'") + ", which there isn't."
                + clients.keySet().stream()
                        .filter(known -> !known.isEmpty())
                        .collect(Collectors.joining("', '", " Clients with a name: '", "'."))
                        .replace(" Clients with a name: ''.", "");
        String property = name.isEmpty() ? "xy.websocket.client.url" : "xy.websocket.clients." + name + ".url";
        throw new HandlerDefinitionException(
                description, "Set " + property + ", or correct the name in @XyClientHandler.", null);
    }
}
