package io.xywebsocket.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.xywebsocket.transport.Transport;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What arrives is told in order, whatever thread brings it. */
class OrderlyReceiverTests implements JdkTransport.Owner, Transport.Receiver {

    private final List<String> told = new ArrayList<>();
    private final OrderlyReceiver receiver = new OrderlyReceiver(this);

    /** The engine sends as soon as it is made; its first message may be written before this returns. */
    @Override
    public Transport.Receiver opened(JdkTransport transport) {
        receiver.writable();
        return this;
    }

    @Test
    void tellsOfRoomThatThereWasBeforeItKnewWhom() {
        assertThat(receiver.open(null)).isTrue();
        assertThat(told).containsExactly("writable");

        receiver.writable();
        receiver.over(1000, "");
        receiver.writable();
        assertThat(told).containsExactly("writable", "writable", "closed 1000");
    }

    @Override
    public void ended(int code, String reason) {}

    @Override
    public void text(byte[] utf8, int offset, int length) {}

    @Override
    public void ping() {}

    @Override
    public void pong() {}

    @Override
    public void writable() {
        told.add("writable");
    }

    @Override
    public void violation(int code, String reason) {}

    @Override
    public void closed(int code, String reason) {
        told.add("closed " + code);
    }
}
