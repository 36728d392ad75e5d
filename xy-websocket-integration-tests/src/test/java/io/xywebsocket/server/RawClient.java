package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/** A WebSocket client, RFC 6455, that does exactly what it is told and shows exactly what arrived. */
final class RawClient implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(10);

    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    private static final byte[] MASK = {0x12, 0x34, 0x56, 0x78};
    private static final byte[] TAIL = {0, 0, (byte) 0xff, (byte) 0xff};

    /** How a connection ended: 1005 for a close frame without a code, 1006 for none. */
    record Closing(int code, String reason) {}

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private final Handshake.Response response;
    private final boolean answersPings;
    private final boolean answersClose;
    private final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> pings = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> pongs = new LinkedBlockingQueue<>();
    private final CompletableFuture<Closing> closing = new CompletableFuture<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final Inflater inflater = new Inflater(true);
    /** Fair: the reader, which answers pings, must get its turn while a test floods the server, or it reads no more. */
    private final ReentrantLock writing = new ReentrantLock(true);

    private volatile boolean sawCompressed;
    private volatile @Nullable Throwable fault;
    private boolean stopped; // guarded by this

    RawClient(Socket socket, InputStream in, Handshake.Response response, boolean answersPings, boolean answersClose)
            throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(in);
        this.out = socket.getOutputStream();
        this.response = response;
        this.answersPings = answersPings;
        this.answersClose = answersClose;
    }

    Handshake.Response response() {
        return response;
    }

    // ---- what is sent

    RawClient send(String text) {
        frame(0x80 | TEXT, text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    /** A call with an id that is its name. */
    RawClient call(String name, String payload) {
        return call(name, payload, name);
    }

    RawClient call(String name, String payload, String id) {
        return send("{\"e\":\"c." + name + "\",\"p\":" + payload + ",\"id\":\"" + id + "\"}");
    }

    RawClient event(String name, String payload) {
        return send("{\"e\":\"e." + name + "\",\"p\":" + payload + "}");
    }

    /** Sends a text message, and returns the next one that arrives. */
    String ask(String text) {
        return send(text).next();
    }

    /** One text message in fragments of so many bytes. */
    RawClient sendInFragments(String text, int size) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int from = 0; from < bytes.length; from += size) {
            int to = Math.min(bytes.length, from + size);
            int fin = to == bytes.length ? 0x80 : 0;
            frame(fin | (from == 0 ? TEXT : CONTINUATION), Arrays.copyOfRange(bytes, from, to));
        }
        return this;
    }

    /** A message compressed after RFC 7692. */
    RawClient sendCompressed(String text) {
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        deflater.setInput(text.getBytes(StandardCharsets.UTF_8));
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        byte[] buffer = new byte[4096];
        int length;
        do {
            length = deflater.deflate(buffer, 0, buffer.length, Deflater.SYNC_FLUSH);
            compressed.write(buffer, 0, length);
        } while (length == buffer.length);
        byte[] bytes = compressed.toByteArray();
        frame(0xc0 | TEXT, Arrays.copyOf(bytes, bytes.length - TAIL.length));
        return this;
    }

    RawClient ping(String payload) {
        frame(0x80 | PING, payload.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    /** Begins the closing handshake. */
    RawClient sendClose(int code, String reason) {
        byte[] phrase = reason.getBytes(StandardCharsets.UTF_8);
        frame(
                0x80 | CLOSE,
                ByteBuffer.allocate(2 + phrase.length)
                        .putShort((short) code)
                        .put(phrase)
                        .array());
        return this;
    }

    RawClient sendEmptyClose() {
        frame(0x80 | CLOSE, new byte[0]);
        return this;
    }

    /** One frame as it stands: first byte with its flags, then masked payload. */
    RawClient frame(int firstByte, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(payload.length + 14).put((byte) firstByte);
        if (payload.length < 126) {
            frame.put((byte) (0x80 | payload.length));
        } else if (payload.length < 1 << 16) {
            frame.put((byte) (0x80 | 126)).putShort((short) payload.length);
        } else {
            frame.put((byte) (0x80 | 127)).putLong(payload.length);
        }
        frame.put(MASK);
        for (int i = 0; i < payload.length; i++) {
            frame.put((byte) (payload[i] ^ MASK[i & 3]));
        }
        raw(Arrays.copyOf(frame.array(), frame.position()));
        return this;
    }

    /** Bytes, frames or not. */
    RawClient raw(byte[] bytes) {
        writing.lock();
        try {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writing.unlock();
        }
        return this;
    }

    /** Ends the TCP connection without a close frame. */
    void vanish() {
        readOn(); // the thread is to end
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends the TCP connection by a reset. */
    void reset() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends no more, but reads on. */
    void halfClose() {
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- what arrived

    /** The next text message. */
    String next() {
        String text = poll(texts, PATIENCE);
        assertThat(text).as("a text message; closed: %s", closing.getNow(null)).isNotNull();
        return text;
    }

    /** Whether nothing but what has been taken arrived within this time. */
    boolean isQuietFor(Duration time) {
        return poll(texts, time) == null;
    }

    int unread() {
        return texts.size();
    }

    int unreadPings() {
        return pings.size();
    }

    String nextPing() {
        String ping = poll(pings, PATIENCE);
        assertThat(ping).as("a ping; closed: %s", closing.getNow(null)).isNotNull();
        return ping;
    }

    String nextPong() {
        String pong = poll(pongs, PATIENCE);
        assertThat(pong).as("a pong; closed: %s", closing.getNow(null)).isNotNull();
        return pong;
    }

    /** How the server ended the connection, or had it ended. */
    Closing closing() {
        try {
            return closing.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("still open", e);
        }
    }

    boolean isOpen() {
        return !closing.isDone();
    }

    /** Waits for the end of the TCP connection. */
    void awaitEnd() {
        try {
            ended.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("the socket is still open", e);
        }
    }

    /** What was wrong with the frames that arrived, or with the end; null if it came between two frames. */
    @Nullable
    Throwable fault() {
        return fault;
    }

    /** Whether a compressed message has arrived. */
    boolean sawCompressed() {
        return sawCompressed;
    }

    /** Begins to read what the server sends. */
    RawClient read() {
        Thread reader = new Thread(this::readAll, "raw-client");
        reader.setDaemon(true);
        reader.start();
        return this;
    }

    /** Begins to read after all, and has the system take more at once than {@link Handshake#notReading} let it. */
    RawClient readAfterAll() {
        try {
            socket.setReceiveBufferSize(1 << 20);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return read();
    }

    /** Reads one more frame at most, until it is to {@link #readOn}. */
    synchronized void stopReading() {
        stopped = true;
    }

    synchronized void readOn() {
        stopped = false;
        notifyAll();
    }

    private synchronized void awaitReadOn() throws InterruptedException {
        while (stopped) {
            wait();
        }
    }

    private void readAll() {
        try {
            while (readFrame()) {
                awaitReadOn();
            }
        } catch (IOException e) {
            fault = e; // the end, as seen below
        } catch (Throwable t) {
            fault = t;
            closing.completeExceptionally(t);
        } finally {
            closing.complete(new Closing(1006, ""));
            ended.complete(null);
            inflater.end();
        }
    }

    private final ByteArrayOutputStream message = new ByteArrayOutputStream();
    private boolean compressed;

    private boolean readFrame() throws IOException {
        int first = in.read();
        if (first < 0) {
            return false;
        }
        int length = in.readUnsignedByte();
        assertThat(length).as("a server's frame is not masked").isLessThan(128);
        length = length == 126 ? in.readUnsignedShort() : length == 127 ? (int) in.readLong() : length;
        byte[] payload = new byte[length];
        in.readFully(payload);
        switch (first & 0x0f) {
            case TEXT, CONTINUATION -> {
                if ((first & 0x0f) == TEXT) {
                    compressed = (first & 0x40) != 0;
                }
                message.write(payload);
                if ((first & 0x80) != 0) {
                    byte[] whole = message.toByteArray();
                    message.reset();
                    texts.add(new String(compressed ? inflate(whole) : whole, StandardCharsets.UTF_8));
                }
            }
            case PING -> {
                if (answersPings && !socket.isOutputShutdown()) {
                    frame(0x80 | PONG, payload);
                }
                pings.add(new String(payload, StandardCharsets.UTF_8));
            }
            case PONG -> pongs.add(new String(payload, StandardCharsets.UTF_8));
            case CLOSE -> {
                if (answersClose) {
                    try {
                        frame(0x80 | CLOSE, payload);
                    } catch (UncheckedIOException e) {
                        // it was the server's answer
                    }
                }
                closing.complete(
                        payload.length < 2
                                ? new Closing(1005, "")
                                : new Closing(
                                        ByteBuffer.wrap(payload).getShort() & 0xffff,
                                        new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8)));
            }
            default -> throw new IOException("opcode " + (first & 0x0f));
        }
        return true;
    }

    private byte[] inflate(byte[] deflated) throws IOException {
        sawCompressed = true;
        ByteArrayOutputStream inflated = new ByteArrayOutputStream();
        byte[] input = Arrays.copyOf(deflated, deflated.length + TAIL.length);
        System.arraycopy(TAIL, 0, input, deflated.length, TAIL.length);
        inflater.setInput(input);
        byte[] buffer = new byte[4096];
        try {
            for (int n; (n = inflater.inflate(buffer)) > 0; ) {
                inflated.write(buffer, 0, n);
            }
        } catch (DataFormatException e) {
            throw new IOException(e);
        }
        return inflated.toByteArray();
    }

    private static <T> T poll(BlockingQueue<T> queue, Duration patience) {
        try {
            return queue.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Closes with 1000 if that has not happened yet, and hangs up. */
    @Override
    public void close() {
        readOn(); // the thread is to end
        try {
            if (!closing.isDone()) {
                sendClose(1000, "");
            }
            socket.close();
        } catch (IOException | UncheckedIOException e) {
            // gone already
        }
    }
}
