package io.xywebsocket.sample;

import io.xywebsocket.XyBroadcaster;
import io.xywebsocket.XyException;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyPeers;
import io.xywebsocket.XyRpc;
import io.xywebsocket.spring.XyConnectedEvent;
import io.xywebsocket.spring.XyDisconnectedEvent;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Who is here: one person for each open page. */
@Component
class People {

    /** @param page the same as long as the page is open, however often it has to connect again */
    record Join(@NotBlank String page, String name) {}

    private final Map<String, Person> present = new LinkedHashMap<>();
    private final Depot depot;
    private final XyPeers peers;
    private final XyBroadcaster broadcaster;

    People(Depot depot, XyPeers peers, XyBroadcaster broadcaster) {
        this.depot = depot;
        this.peers = peers;
        this.broadcaster = broadcaster;
    }

    @EventListener
    synchronized void arrived(XyConnectedEvent event) {
        Person stranger = new Person(event.peer().id(), "", "", 0);
        present.put(stranger.id(), stranger.called(Names.free(names())));
        broadcaster.broadcast("people.changed", present.values());
    }

    @EventListener
    void left(XyDisconnectedEvent event) {
        forget(event.peer().id());
    }

    /** A page that comes back gets its name again, unless somebody else has it now. */
    @XyRpc("people.join")
    synchronized Person join(@Valid Join join, XyPeer peer) {
        peer.attributes().put("page", join.page());
        for (XyPeer other : peers) {
            if (!other.equals(peer) && join.page().equals(other.attributes().get("page"))) {
                forget(other.id()); // the page's connection from before, which nobody has noticed to be dead
                other.close();
            }
        }
        if (Names.contains(join.name()) && !names().contains(join.name())) {
            present.put(peer.id(), of(peer).called(join.name()));
        }
        broadcaster.broadcast("people.changed", present.values());
        return of(peer);
    }

    synchronized Person of(XyPeer peer) {
        Person person = present.get(peer.id());
        if (person == null) {
            throw new XyException(410, "This connection has been replaced by a newer one");
        }
        return person;
    }

    private synchronized void forget(String id) {
        if (present.remove(id) != null) {
            depot.leave(id);
            broadcaster.broadcast("people.changed", present.values());
        }
    }

    private Set<String> names() {
        return present.values().stream().map(Person::name).collect(Collectors.toSet());
    }
}
