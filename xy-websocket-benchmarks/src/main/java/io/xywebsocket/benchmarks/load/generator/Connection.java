package io.xywebsocket.benchmarks.load.generator;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** One client's connection. Belongs to the generator's thread. */
public final class Connection {

    /**
     * What is to be connected to, and how.
     *
     * @param port          of 127.0.0.1
     * @param dialect       what the server speaks
     * @param compression   whether permessage-deflate is offered, as browsers do
     * @param receiveBuffer of the socket, in bytes; 0 for the system's choice
     */
    public record Target(int port, Dialect dialect, boolean compression, int receiveBuffer) {}

    private enum State {
        CONNECTING,
        UPGRADING,
        GREETING,
        OPEN,
        CLOSED
    }

    private final Generator generator;
    private final Target target;
    private final SocketChannel channel;
    private final SelectionKey key;
    private final Runnable whenOpen;
    private final Queue<Dialect.Greeting> greetings;
    private final FrameReader reader = new FrameReader(new Messages());
    private State state = State.CONNECTING;
    private Script script = Script.SILENT;
    private @Nullable ByteBuffer unsent;

    /** When what is being read was read. */
    long now;

    /** Connects from one of the addresses 127.0.0.1 to 127.0.0.8, so that there are ports enough. */
    Connection(Generator generator, Target target, int number, Runnable whenOpen) throws IOException {
        this.generator = generator;
        this.target = target;
        this.whenOpen = whenOpen;
        this.greetings = new ArrayDeque<>(target.dialect().greetings());
        channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        if (target.receiveBuffer() > 0) {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, target.receiveBuffer());
        }
        channel.bind(new InetSocketAddress("127.0.0." + (1 + number % 8), 0));
        channel.connect(new InetSocketAddress("127.0.0.1", target.port()));
        key = channel.register(generator.selector, SelectionKey.OP_CONNECT, this);
    }

    /** Whether calls can be made. */
    public boolean isOpen() {
        return state == State.OPEN;
    }

    public boolean isClosed() {
        return state == State.CLOSED;
    }

    /** What it does from now on. */
    public void play(Script newScript) {
        script = newScript;
    }

    /** Stops or goes on reading. */
    public void reading(boolean on) {
        if (key.isValid()) {
            key.interestOps(on ? SelectionKey.OP_READ : 0);
        }
    }

    /** Puts a frame into the buffer that {@link #flush} writes. */
    public void add(byte[] frame) {
        int put = 0;
        while (generator.out.remaining() < frame.length - put) {
            int now = generator.out.remaining();
            generator.out.put(frame, put, now);
            put += now;
            flush();
        }
        generator.out.put(frame, put, frame.length - put);
    }

    /** Writes what has been added, or as much of it as the socket takes now and the rest later. */
    public void flush() {
        ByteBuffer out = generator.out;
        if (out.position() == 0) {
            return;
        }
        out.flip();
        try {
            if (unsent == null && state != State.CLOSED) {
                channel.write(out);
            }
            if (out.hasRemaining() && state != State.CLOSED) {
                keep(out);
            }
        } catch (IOException e) {
            over();
        } finally {
            out.clear();
        }
    }

    private void keep(ByteBuffer more) {
        ByteBuffer before = unsent == null ? ByteBuffer.allocate(0) : unsent;
        ByteBuffer both = ByteBuffer.allocate(before.remaining() + more.remaining());
        unsent = both.put(before).put(more).flip();
        key.interestOpsOr(SelectionKey.OP_WRITE);
    }

    /** Says goodbye; the server closes the connection. */
    public void close() {
        add(Frames.frame(Frames.CLOSE, new byte[] {0x03, (byte) 0xe8}, false));
        flush();
    }

    /** Ends the connection without a word. */
    public void abort() {
        over();
    }

    void ready() {
        try {
            if (key.isValid() && key.isConnectable() && channel.finishConnect()) {
                upgrade();
            } else {
                if (key.isValid() && key.isWritable()) {
                    writeUnsent();
                }
                if (key.isValid() && key.isReadable()) {
                    read();
                }
            }
        } catch (IOException e) {
            over();
        }
    }

    private void upgrade() {
        state = State.UPGRADING;
        key.interestOps(SelectionKey.OP_READ);
        add(("GET " + target.dialect().path() + " HTTP/1.1\r\nHost: 127.0.0.1:" + target.port()
                        + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                        + (target.compression()
                                ? "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"
                                : "")
                        + "\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        flush();
    }

    private void writeUnsent() throws IOException {
        if (unsent != null) {
            channel.write(unsent);
            if (!unsent.hasRemaining()) {
                unsent = null;
                key.interestOpsAnd(~SelectionKey.OP_WRITE);
            }
        }
    }

    private void read() throws IOException {
        ByteBuffer in = generator.in.clear().put(reader.rest());
        int count = channel.read(in);
        now = System.nanoTime();
        if (count < 0) {
            over();
        } else if (state == State.UPGRADING) {
            upgraded(in);
        } else {
            reader.read(in.array(), 0, in.position());
            flush();
        }
    }

    private void upgraded(ByteBuffer in) {
        String text = new String(in.array(), 0, in.position(), StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        if (!text.startsWith("HTTP/1.1 101") || end < 0) {
            over();
            return;
        }
        boolean compresses = text.toLowerCase(java.util.Locale.ROOT).contains("permessage-deflate");
        if (compresses != target.compression()) {
            throw new IllegalStateException("Compression is not as expected: " + text);
        }
        state = State.GREETING;
        greet();
        reader.read(in.array(), end + 4, in.position());
        flush();
    }

    /** Says what needs nothing from the server first; with nothing left to say the connection is open. */
    private void greet() {
        for (Dialect.Greeting next; (next = greetings.peek()) != null && next.awaited() == null; ) {
            reply(greetings.remove());
        }
        if (greetings.isEmpty()) {
            state = State.OPEN;
            whenOpen.run();
        }
    }

    private void reply(Dialect.Greeting greeting) {
        if (greeting.reply() != null) {
            add(Frames.text(greeting.reply().getBytes(StandardCharsets.UTF_8)));
        }
    }

    private void over() {
        if (state != State.CLOSED) {
            state = State.CLOSED;
            key.cancel();
            try {
                channel.close();
            } catch (IOException ignored) {
                // it is gone
            }
            script.closed(this);
        }
    }

    private final class Messages implements FrameReader.Messages {

        @Override
        public void text(byte[] bytes, int offset, int length) {
            if (state == State.OPEN) {
                script.text(Connection.this, bytes, offset, length);
                return;
            }
            Dialect.Greeting expected = greetings.peek();
            String text = new String(bytes, offset, length, StandardCharsets.UTF_8);
            if (expected != null && expected.awaited() != null && text.startsWith(expected.awaited())) {
                reply(greetings.remove());
                greet();
            }
        }

        @Override
        public void control(int opcode, byte[] payload) {
            if (opcode == Frames.PING) {
                add(Frames.frame(Frames.PONG, payload, false));
            } else if (opcode == Frames.CLOSE) {
                add(Frames.frame(Frames.CLOSE, payload, false));
                flush();
                over();
            }
        }
    }
}
