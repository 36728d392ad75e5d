package io.xywebsocket.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.xywebsocket.transport.TransportContract.Closed;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The server's end of one connection: sends raw frames, and awaits those that come. Thread-safe. */
final class RawConnection {

    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    private static final long PATIENCE = 10_000;

    private final Socket socket;
    private final DataInputStream in;

    // guarded by this
    private final List<String> texts = new ArrayList<>();
    private final List<String> received = new ArrayList<>();
    private @Nullable Closed closed;
    private int pings;
    private int pongs;
    private boolean reading = true;
    private boolean answersPings = true;
    private boolean answersClose = true;

    RawConnection(Socket socket, InputStream in) {
        this.socket = socket;
        this.in = new DataInputStream(in);
    }

    // ---- out

    RawConnection send(String text) {
        return frame(0x80 | TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    RawConnection call(String name, String payload, String id) {
        return send("{\"e\":\"c." + name + "\",\"p\":" + payload + ",\"id\":\"" + id + "\"}");
    }

    RawConnection event(String name, String payload) {
        return send("{\"e\":\"e." + name + "\",\"p\":" + payload + "}");
    }

    /** Awaits a call and answers it. */
    RawConnection answerNext(String function, String payload) {
        String call = nextWith("\"c." + function + "\"");
        return send("{\"e\":\"resolve." + function + "\",\"id\":" + idOf(call) + ",\"p\":" + payload + "}");
    }

    RawConnection rejectNext(String function, String payload) {
        String call = nextWith("\"c." + function + "\"");
        return send("{\"e\":\"reject." + function + "\",\"id\":" + idOf(call) + ",\"p\":" + payload + "}");
    }

    private static String idOf(String frame) {
        int start = frame.indexOf("\"id\":") + 5;
        return frame.substring(start, frame.indexOf('"', start + 1) + 1);
    }

    RawConnection close(int code, String reason) {
        byte[] phrase = reason.getBytes(StandardCharsets.UTF_8);
        return frame(
                0x80 | CLOSE,
                code == 1005
                        ? new byte[0]
                        : ByteBuffer.allocate(2 + phrase.length)
                                .putShort((short) code)
                                .put(phrase)
                                .array());
    }

    /** One frame as it stands: first byte with its flags, then the payload, unmasked. */
    RawConnection frame(int firstByte, byte[] payload) {
        ByteBuffer header = ByteBuffer.allocate(10).put((byte) firstByte);
        if (payload.length < 126) {
            header.put((byte) payload.length);
        } else if (payload.length < 1 << 16) {
            header.put((byte) 126).putShort((short) payload.length);
        } else {
            header.put((byte) 127).putLong(payload.length);
        }
        byte[] frame = new byte[header.position() + payload.length];
        System.arraycopy(header.array(), 0, frame, 0, header.position());
        System.arraycopy(payload, 0, frame, header.position(), payload.length);
        return raw(frame);
    }

    RawConnection raw(byte[] bytes) {
        try {
            synchronized (in) {
                socket.getOutputStream().write(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** Hangs up without a close frame. */
    void vanish() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void reset() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Answers nothing more, as a server that has been unplugged. */
    synchronized RawConnection goSilent() {
        answersPings = false;
        answersClose = false;
        return this;
    }

    synchronized void stopReading() {
        reading = false;
    }

    synchronized void readOn() {
        reading = true;
        notifyAll();
    }

    // ---- in

    String next() {
        return next(text -> true);
    }

    String nextWith(String part) {
        return next(text -> text.contains(part));
    }

    /** Takes the next text that this is true of; others stay. */
    String next(Predicate<String> wanted) {
        long deadline = System.currentTimeMillis() + PATIENCE;
        synchronized (this) {
            while (true) {
                for (int i = 0; i < texts.size(); i++) {
                    if (wanted.test(texts.get(i))) {
                        return texts.remove(i);
                    }
                }
                if (!waitUntil(deadline)) {
                    throw new AssertionError("no such text; there are " + texts + ", closed: " + closed);
                }
            }
        }
    }

    /** All texts so far, taken or not. */
    synchronized List<String> received() {
        return List.copyOf(received);
    }

    synchronized int pings() {
        return pings;
    }

    synchronized int pongs() {
        return pongs;
    }

    synchronized @Nullable Closed closed() {
        return closed;
    }

    Closed awaitClosed() {
        long deadline = System.currentTimeMillis() + PATIENCE;
        synchronized (this) {
            while (closed == null) {
                if (!waitUntil(deadline)) {
                    throw new AssertionError("still open; texts " + texts);
                }
            }
            return closed;
        }
    }

    private boolean waitUntil(long deadline) {
        long left = deadline - System.currentTimeMillis();
        if (left <= 0) {
            return false;
        }
        try {
            wait(left);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    void readAll() {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        try {
            while (readFrame(message)) {
                awaitReading();
            }
        } catch (IOException | InterruptedException e) {
            // the end
        } finally {
            closed(new Closed(1006, ""));
        }
    }

    private synchronized void awaitReading() throws InterruptedException {
        while (!reading && !socket.isClosed()) {
            wait(20);
        }
    }

    private boolean readFrame(ByteArrayOutputStream message) throws IOException {
        int first = in.read();
        if (first < 0) {
            return false;
        }
        int length = in.readUnsignedByte();
        assertThat(length).as("a client's frame is masked").isGreaterThanOrEqualTo(128);
        length -= 128;
        length = length == 126 ? in.readUnsignedShort() : length == 127 ? (int) in.readLong() : length;
        byte[] mask = in.readNBytes(4);
        byte[] payload = in.readNBytes(length);
        for (int i = 0; i < payload.length; i++) {
            payload[i] ^= mask[i & 3];
        }
        int opcode = first & 0x0f;
        if (opcode == TEXT || opcode == CONTINUATION) {
            message.write(payload);
            if ((first & 0x80) != 0) {
                text(message.toString(StandardCharsets.UTF_8));
                message.reset();
            }
        } else if (opcode == PING) {
            ping(payload);
        } else if (opcode == PONG) {
            synchronized (this) {
                pongs++;
            }
        } else if (opcode == CLOSE) {
            return closeFrame(payload);
        }
        return true;
    }

    private synchronized void text(String text) {
        texts.add(text);
        received.add(text);
        notifyAll();
    }

    private void ping(byte[] payload) {
        boolean answer;
        synchronized (this) {
            pings++;
            answer = answersPings;
        }
        if (answer) {
            frame(0x80 | PONG, payload);
        }
    }

    private boolean closeFrame(byte[] payload) {
        boolean answer;
        synchronized (this) {
            answer = answersClose;
        }
        closed(
                payload.length < 2
                        ? new Closed(1005, "")
                        : new Closed(
                                ByteBuffer.wrap(payload).getShort() & 0xffff,
                                new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8)));
        if (answer) {
            try {
                frame(0x80 | CLOSE, payload);
            } catch (UncheckedIOException e) {
                // it was the client's answer
            }
            return false;
        }
        return true;
    }

    private synchronized void closed(Closed how) {
        if (closed == null) {
            closed = how;
        }
        notifyAll();
    }
}
