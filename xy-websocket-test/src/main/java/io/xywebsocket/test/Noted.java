package io.xywebsocket.test;

import io.xywebsocket.transport.Transport;
import java.util.function.IntConsumer;

/** What one end hears, and what is noted of it afterwards. */
record Noted(Transport.Receiver receiver, IntConsumer afterText, Runnable afterPong, Runnable afterEnd)
        implements Transport.Receiver {

    @Override
    public void text(String text) {
        receiver.text(text);
        afterText.accept(text.length());
    }

    @Override
    public void part(int length, int held) {
        receiver.part(length, held);
    }

    @Override
    public void pong() {
        receiver.pong();
        afterPong.run();
    }

    @Override
    public void violation(int code, String reason) {
        receiver.violation(code, reason);
    }

    @Override
    public void exhausted(String reason) {
        receiver.exhausted(reason);
    }

    @Override
    public void closed(int code, String reason) {
        receiver.closed(code, reason);
        afterEnd.run();
    }
}
