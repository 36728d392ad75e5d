package io.xywebsocket.benchmarks.jmh;

import io.xywebsocket.transport.OutgoingMessage;
import io.xywebsocket.transport.Transport;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Swallows what is sent; answers calls of "echo" at once, if it is told to, on the thread that sends. */
final class AnsweringTransport implements Transport {

    private static final String CALL = "{\"e\":\"c.echo\",\"p\":";
    private static final String ID = ",\"id\":";

    private final boolean answers;
    private Transport.@Nullable Receiver receiver;
    private int sent;

    AnsweringTransport(boolean answers) {
        this.answers = answers;
    }

    void start(Transport.Receiver newReceiver) {
        receiver = newReceiver;
    }

    int sent() {
        return sent;
    }

    @Override
    public boolean send(OutgoingMessage message, boolean last) {
        sent++;
        if (answers && receiver != null) {
            answer(receiver, message.text());
        }
        return true;
    }

    private static void answer(Transport.Receiver receiver, String text) {
        if (text.startsWith(CALL)) {
            int id = text.lastIndexOf(ID);
            int idEnd = text.indexOf('"', id + ID.length() + 1) + 1;
            String answer = "{\"e\":\"resolve.echo\",\"id\":" + text.substring(id + ID.length(), idEnd) + ",\"p\":"
                    + text.substring(CALL.length(), id) + "}";
            byte[] utf8 = answer.getBytes(StandardCharsets.UTF_8);
            receiver.onText(utf8, 0, utf8.length);
        }
    }

    @Override
    public boolean ping() {
        return true;
    }

    @Override
    public long progress() {
        return sent;
    }

    @Override
    public void close(int code, String reason) {}

    @Override
    public void abort() {}

    @Override
    public void pauseReading() {}

    @Override
    public void resumeReading() {}
}
