package io.xywebsocket.test;

import io.xywebsocket.transport.Transport;

/** What one end hears, and what is noted of it afterwards. */
record Noted(Transport.Receiver receiver, Runnable afterText, Runnable afterPong, Runnable afterRoom, Runnable afterEnd)
        implements Transport.Receiver {

    @Override
    public void text(byte[] utf8, int offset, int length) {
        receiver.text(utf8, offset, length);
        afterText.run();
    }

    @Override
    public void part(int length, int held) {
        receiver.part(length, held);
    }

    @Override
    public void ping() {
        receiver.ping();
    }

    @Override
    public void writable() {
        receiver.writable();
        afterRoom.run();
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
    public void closed(int code, String reason) {
        receiver.closed(code, reason);
        afterEnd.run();
    }
}
