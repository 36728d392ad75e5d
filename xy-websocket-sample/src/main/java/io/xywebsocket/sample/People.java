package io.xywebsocket.sample;

import io.xywebsocket.XyBroadcaster;
import io.xywebsocket.XyException;
import io.xywebsocket.XyGroups;
import io.xywebsocket.XyMember;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyPresence;
import io.xywebsocket.XyRpc;
import io.xywebsocket.spring.XyClusterEvent;
import io.xywebsocket.spring.XyDisconnectedEvent;
import io.xywebsocket.spring.XyJoinedEvent;
import io.xywebsocket.spring.XyMemberGoneEvent;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Who is here: one person for each open page. That a page is connected, each node knows of the members of all nodes; who
 * it is stands in the books. A page joins the group of visitors once it does, and each node tells its own pages.
 */
@Component
class People {

    /** @param page the same as long as the page is open, however often it has to connect again */
    record Join(@NotBlank @Size(max = 100) String page, String name) {}

    private static final String VISITORS = "visitors";
    private static final long OLD = Duration.ofDays(1).toMillis();

    private final Depot depot;
    private final Ledger ledger;
    private final XyGroups groups;
    private final XyPresence presence;
    private final XyBroadcaster broadcaster;
    private final String node;
    private Map<String, Person> lastRead = Map.of();

    /** @param node what people call this node, if there are several */
    People(
            Depot depot,
            Ledger ledger,
            XyGroups groups,
            XyPresence presence,
            XyBroadcaster broadcaster,
            @Value("${town.node:}") String node) {
        this.depot = depot;
        this.ledger = ledger;
        this.groups = groups;
        this.presence = presence;
        this.broadcaster = broadcaster;
        this.node = node;
    }

    /** A page that comes back gets its name again, unless somebody else has it now. */
    @XyRpc("people.join")
    Person join(@Valid Join join, XyPeer peer) {
        // the page's connections from before, which nobody has noticed to be dead
        List<String> former = ledger.use(books -> books.visits().stream()
                .filter(visit -> visit.page().equals(join.page()))
                .map(visit -> visit.person().id())
                .filter(id -> !id.equals(peer.id()))
                .toList());
        former.forEach(depot::leave);
        Visit visit = ledger.use(books -> enter(books, join, peer));
        groups.join(peer, VISITORS);
        former.stream().flatMap(id -> presence.find(id).stream()).forEach(XyMember::close);
        return visit.person();
    }

    private Visit enter(Books books, Join join, XyPeer peer) {
        for (Visit visit : books.visits()) {
            if (visit.page().equals(join.page()) || visit.age() > OLD && !isHere(visit)) {
                books.remove(visit);
            }
        }
        Set<String> taken = books.visits().stream()
                .filter(this::isHere)
                .map(visit -> visit.person().name())
                .collect(Collectors.toSet());
        boolean again = Names.contains(join.name()) && !taken.contains(join.name());
        String name = again ? join.name() : Names.free(taken);
        Visit visit = Visit.of(join.page(), Person.called(name, peer.id(), node));
        books.put(visit);
        return visit;
    }

    private boolean isHere(Visit visit) {
        return presence.find(visit.person().id()).isPresent();
    }

    Person of(XyPeer peer) {
        Visit visit = ledger.use(books -> books.visit(peer.id()));
        if (visit == null) {
            throw new XyException(409, "This page has not said who it is");
        }
        return visit.person();
    }

    @EventListener
    void left(XyDisconnectedEvent event) {
        String id = event.peer().id();
        try {
            depot.leave(id);
            ledger.use(books -> {
                Stream.ofNullable(books.visit(id)).forEach(books::remove);
                return null;
            });
        } catch (XyException outOfReach) {
            // its courier rides by itself once the town moves on, see Drivers; its visit is removed when it is old
        }
    }

    /** Those who have been here longest come first. */
    @EventListener({XyJoinedEvent.class, XyMemberGoneEvent.class, XyClusterEvent.class})
    synchronized void tell() {
        try {
            lastRead = ledger.use(books -> books.visits().stream()
                    .map(Visit::person)
                    .collect(Collectors.toMap(Person::id, Function.identity())));
        } catch (XyException outOfReach) {
            // who was here before is known, and nobody else can come
        }
        List<Person> people = presence.inGroup(VISITORS).stream()
                .sorted(Comparator.comparing(XyMember::since).thenComparing(XyMember::id))
                .flatMap(member -> Stream.ofNullable(lastRead.get(member.id())))
                .toList();
        broadcaster.here().sendLatest("people.changed", "all", people);
    }
}
