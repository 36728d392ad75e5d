package io.xywebsocket.sample;

import io.xywebsocket.XyBroadcaster;
import io.xywebsocket.XyEvent;
import io.xywebsocket.XyPeer;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import org.springframework.stereotype.Component;

/** What people call out to each other. Everybody hears it, whoever said it included. */
@Component
class Notes {

    record Said(@NotBlank @Size(max = 80) String text) {}

    record Note(Person person, String text) {}

    private final People people;
    private final XyBroadcaster broadcaster;

    Notes(People people, XyBroadcaster broadcaster) {
        this.people = people;
        this.broadcaster = broadcaster;
    }

    @XyEvent("note.posted")
    void posted(@Valid Said said, XyPeer peer) {
        broadcaster.broadcast(
                "note.posted", new Note(people.of(peer), said.text().strip()));
    }
}
