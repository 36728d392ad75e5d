package io.xywebsocket.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What arrives is told in order, whatever thread brings it. */
class OrderlyReceiverTests implements Transport.Receiver {

    private final List<String> told = new ArrayList<>();
    private final OrderlyReceiver receiver = new OrderlyReceiver((code, reason) -> told.add("ended " + code));

    /** The engine sends as soon as it is made; its first message may be written before this knows it. */
    @Test
    void tellsOfRoomThatThereWasBeforeItKnewWhom() {
        receiver.writable();
        receiver.start(this);
        assertThat(told).containsExactly("writable");

        receiver.writable();
        receiver.over(1000, "");
        receiver.writable();
        assertThat(told).containsExactly("writable", "writable", "closed 1000", "ended 1000");
    }

    @Test
    void tellsOfTheFirstEndOnceNothingElseIsBeingTold() {
        receiver.start(this);
        assertThat(receiver.begin()).isTrue();
        assertThat(receiver.begin()).isTrue();
        receiver.over(1001, "");
        receiver.over(1006, "");
        assertThat(receiver.isOver()).isTrue();
        assertThat(receiver.begin()).isFalse();
        receiver.finish();
        assertThat(told).isEmpty();

        receiver.finish();

        assertThat(told).containsExactly("closed 1001", "ended 1001");
    }

    @Test
    void tellsOfAnEndThatCameBeforeThereWasAReceiver() {
        receiver.over(1006, "");
        assertThat(told).isEmpty();
        receiver.start(this);
        assertThat(told).containsExactly("closed 1006", "ended 1006");
    }

    @Override
    public void onText(byte[] utf8, int offset, int length) {}

    @Override
    public void onPing() {}

    @Override
    public void onPong() {}

    @Override
    public void onWritable() {
        told.add("writable");
    }

    @Override
    public void onViolation(int code, String reason) {}

    @Override
    public void onClosed(int code, String reason) {
        told.add("closed " + code);
    }
}
