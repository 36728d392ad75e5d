package io.xywebsocket.test;

import io.xywebsocket.transport.Transport;

/** What one end hears, and what is noted of it afterwards. */
record Noted(Transport.Receiver receiver, Runnable afterText, Runnable afterPong, Runnable afterRoom, Runnable afterEnd)
        implements Transport.Receiver {

    @Override
    public void onText(byte[] utf8, int offset, int length) {
        receiver.onText(utf8, offset, length);
        afterText.run();
    }

    @Override
    public void onPart(int length, int held) {
        receiver.onPart(length, held);
    }

    @Override
    public void onPing() {
        receiver.onPing();
    }

    @Override
    public void onWritable() {
        receiver.onWritable();
        afterRoom.run();
    }

    @Override
    public void onPong() {
        receiver.onPong();
        afterPong.run();
    }

    @Override
    public void onViolation(int code, String reason) {
        receiver.onViolation(code, reason);
    }

    @Override
    public void onClosed(int code, String reason) {
        receiver.onClosed(code, reason);
        afterEnd.run();
    }
}
