package io.xywebsocket.spring.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.engine.ManualClock;
import io.xywebsocket.transport.OutgoingMessage;
import io.xywebsocket.transport.RecordingReceiver;
import io.xywebsocket.websocket.WebSocketTransport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.eclipse.jetty.io.ByteArrayEndPoint;
import org.eclipse.jetty.io.Connection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What Jetty may do to a connection, step by step; what it does in fact is tested on the real one. */
class JettyConnectionTests {

    private static final int ROOM = 10_000;

    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final RecordingReceiver receiver = new RecordingReceiver();

    @AfterEach
    void stop() {
        executor.shutdownNow();
    }

    @Test
    void hearsFirstWhatCameRightBehindTheRequest() {
        EndPoint endPoint = new EndPoint();
        JettyConnection connection = endPoint.connection();
        endPoint.addInput(frame("second"));
        ByteBuffer early = ByteBuffer.allocateDirect(100); // as Jetty's are
        early.put(frame("first")).flip();
        connection.onUpgradeTo(early);
        assertThat(receiver.texts()).isEmpty();

        connection.onOpen();

        await().until(() -> receiver.texts().equals(List.of("first", "second")));
    }

    @Test
    void readsWhatArrives() {
        EndPoint endPoint = new EndPoint();
        endPoint.connection().onOpen();

        IntStream.range(0, 10).forEach(i -> endPoint.addInput(frame("text " + i)));

        assertThat(receiver.texts())
                .isEqualTo(IntStream.range(0, 10).mapToObj(i -> "text " + i).toList());
    }

    /** Others have their turn after so many reads; what is left must not be forgotten. */
    @Test
    void readsOnAfterATurn() {
        EndPoint endPoint = new EndPoint();
        JettyConnection connection = endPoint.connection();
        IntStream.range(0, 50).forEach(i -> endPoint.addInput(frame("x".repeat(15_000))));

        connection.onOpen();

        await().until(() -> receiver.texts().size() == 50);
    }

    @Test
    void readsNothingWhileItIsSuspended() {
        EndPoint endPoint = new EndPoint();
        JettyConnection connection = endPoint.connection();
        connection.onOpen();
        connection.suspend();
        connection.suspend();

        endPoint.addInput(frame("first"));
        endPoint.addInput(frame("second"));
        assertThat(receiver.texts()).isEmpty();

        connection.resume();
        connection.resume();
        await().until(() -> receiver.texts().equals(List.of("first", "second")));
        assertThat(receiver.threads()).doesNotContain(Thread.currentThread());
    }

    @Test
    void isSuspendedAndResumedBeforeAnythingArrives() {
        EndPoint endPoint = new EndPoint();
        JettyConnection connection = endPoint.connection();
        connection.onOpen();
        connection.suspend();
        connection.resume();

        endPoint.addInput(frame("text"));

        assertThat(receiver.texts()).containsExactly("text");
    }

    @Test
    void isSuspendedByWhatItReads() {
        EndPoint endPoint = new EndPoint();
        JettyConnection connection = endPoint.connection(new RecordingReceiver() {
            @Override
            public void onText(String text) {
                receiver.onText(text);
                endPoint.transport().pauseReading();
            }
        });
        endPoint.addInput(frame("x".repeat(16_000)));
        endPoint.addInput(frame("second"));
        connection.onOpen();
        await().until(() -> receiver.texts().size() == 1);

        connection.resume();
        await().until(() -> receiver.texts().size() == 2);
    }

    @Test
    void writesAtOnceWhatFits() throws IOException {
        EndPoint endPoint = new EndPoint();
        JettyConnection connection = endPoint.connection();
        connection.onOpen();
        byte[] bytes = "bytes".getBytes(StandardCharsets.UTF_8);

        assertThat(connection.write(bytes, 1, 3)).isTrue();

        bytes[2] = '?'; // the caller's again
        assertThat(endPoint.takeOutputString()).isEqualTo("yte");
        assertThat(connection.written()).isEqualTo(3);
    }

    @Test
    void writesTheRestWhenThereIsRoom() throws IOException {
        EndPoint endPoint = new EndPoint();
        JettyConnection connection = endPoint.connection();
        connection.onOpen();
        byte[] bytes = bytes(ROOM * 3);

        assertThat(endPoint.transport().send(new OutgoingMessage(bytes, bytes.length), true))
                .isFalse();

        assertThat(connection.written()).isEqualTo(ROOM);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        take(endPoint, out);
        assertThat(connection.written()).isGreaterThan(ROOM).isLessThanOrEqualTo(ROOM * 2L);
        assertThat(receiver.timesWritable()).isZero();
        while (out.size() < bytes.length + 4) {
            take(endPoint, out);
        }
        assertThat(out.toByteArray()).endsWith(bytes);
        assertThat(receiver.timesWritable()).isEqualTo(1);
        assertThat(connection.written()).isEqualTo(bytes.length + 4);
    }

    /** The rest is a copy. */
    @Test
    void keepsNothingOfTheCallersArray() throws IOException {
        EndPoint endPoint = new EndPoint();
        JettyConnection connection = endPoint.connection();
        connection.onOpen();
        byte[] bytes = bytes(ROOM * 2);
        byte[] before = bytes.clone();

        assertThat(connection.write(bytes, 0, bytes.length)).isFalse();

        Arrays.fill(bytes, (byte) '?');
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        while (out.size() < bytes.length) {
            take(endPoint, out);
        }
        assertThat(out.toByteArray()).isEqualTo(before);
    }

    /** Jetty then calls back while it is being asked to wait. */
    @Test
    void goesOnAtOnceIfThereIsRoomMeanwhile() throws IOException {
        AtomicInteger flushes = new AtomicInteger();
        EndPoint endPoint = new EndPoint() {
            @Override
            public boolean flush(ByteBuffer... buffers) throws IOException {
                return flushes.getAndIncrement() % 2 == 1 && super.flush(buffers);
            }
        };
        JettyConnection connection = endPoint.connection();
        connection.onOpen();
        byte[] bytes = bytes(9_000);

        assertThat(connection.write(bytes, 0, bytes.length)).isTrue();

        assertThat(endPoint.takeOutput().remaining()).isEqualTo(9_000);
        assertThat(connection.written()).isEqualTo(9_000);
    }

    @Test
    void failsAWriteThatJettyFails() {
        EndPoint endPoint = new EndPoint() {
            @Override
            public boolean flush(ByteBuffer... buffers) throws IOException {
                throw new IOException("broken pipe");
            }
        };
        JettyConnection connection = endPoint.connection();
        connection.onOpen();

        assertThatThrownBy(() -> connection.write(new byte[1], 0, 1)).isInstanceOf(IOException.class);
    }

    @Test
    void closesAConnectionWhoseRestCantBeWritten() throws IOException {
        AtomicInteger flushes = new AtomicInteger();
        EndPoint endPoint = new EndPoint() {
            @Override
            public boolean flush(ByteBuffer... buffers) throws IOException {
                if (flushes.incrementAndGet() > 2) {
                    throw new IOException("broken pipe");
                }
                return super.flush(buffers);
            }
        };
        JettyConnection connection = endPoint.connection();
        connection.onOpen();
        assertThat(connection.write(new byte[ROOM * 2], 0, ROOM * 2)).isFalse();

        endPoint.takeOutput();

        assertThat(endPoint.isOpen()).isFalse();
        assertThatThrownBy(() -> connection.write(new byte[1], 0, 1)).isInstanceOf(IOException.class);
        connection.onClose(new IOException("broken pipe"));
        receiver.assertClosedOnce();
    }

    @Test
    void endsAtOnceWhileARestWaits() throws IOException {
        EndPoint endPoint = new EndPoint();
        JettyConnection connection = endPoint.connection();
        connection.onOpen();
        byte[] bytes = bytes(ROOM * 3);
        assertThat(endPoint.transport().send(new OutgoingMessage(bytes, bytes.length), true))
                .isFalse();

        endPoint.transport().abort();

        assertThat(endPoint.isOpen()).isFalse();
        connection.onClose(null);
        receiver.assertClosedOnce();
        assertThat(receiver.timesWritable()).isZero();
        assertThatThrownBy(() -> connection.write(new byte[1], 0, 1)).isInstanceOf(IOException.class);
    }

    @Test
    void hearsThatJettyHasClosedItBeforeItWasOpened() {
        EndPoint endPoint = new EndPoint();
        JettyConnection connection = endPoint.connection();

        connection.onClose(null);
        connection.onOpen();

        receiver.assertClosedOnce();
    }

    /** Jetty has told the HTTP connection of it, in whose place this one comes. */
    @Test
    void hearsThatTheEndPointWasClosedBeforeItsTime() {
        EndPoint endPoint = new EndPoint();
        JettyConnection connection = endPoint.connection();
        endPoint.close();

        connection.onOpen();

        receiver.assertClosedOnce();
    }

    @Test
    void endsIfItCantBeOpened() {
        EndPoint endPoint = new EndPoint();
        JettyConnection connection = new JettyConnection(endPoint, executor, endPoint::transport, transport -> {
            throw new IllegalStateException("no");
        });

        assertThatThrownBy(connection::onOpen).isInstanceOf(IllegalStateException.class);
        assertThat(endPoint.isOpen()).isFalse();
    }

    @Test
    void hearsTheEndOfInput() {
        EndPoint endPoint = new EndPoint();
        endPoint.connection().onOpen();
        endPoint.addInput(frame("text"));

        endPoint.addInputEOF();

        receiver.assertClosedOnce();
        assertThat(receiver.texts()).containsExactly("text");
    }

    @Test
    void isNotEndedForBeingIdle() {
        EndPoint endPoint = new EndPoint();
        endPoint.setIdleTimeout(30_000);
        JettyConnection connection = endPoint.connection();
        connection.onOpen();

        assertThat(endPoint.getIdleTimeout()).isZero();
        assertThat(connection.onIdleExpired(new TimeoutException())).isFalse();
    }

    /** Jetty counts connections by them, and applications bound them so. */
    @Test
    void tellsJettysListeners() {
        StringBuilder told = new StringBuilder();
        EndPoint endPoint = new EndPoint();
        JettyConnection connection = endPoint.connection();
        connection.addEventListener(new Connection.Listener() {
            @Override
            public void onOpened(Connection opened) {
                told.append("opened ");
            }

            @Override
            public void onClosed(Connection closed) {
                told.append("closed");
            }
        });

        connection.onOpen();
        connection.onClose(null);

        assertThat(told.toString()).isEqualTo("opened closed");
    }

    private static void take(EndPoint endPoint, ByteArrayOutputStream out) {
        ByteBuffer taken = endPoint.takeOutput();
        byte[] bytes = new byte[taken.remaining()];
        taken.get(bytes);
        out.writeBytes(bytes);
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) ('a' + i % 23);
        }
        return bytes;
    }

    /** A text as a client sends it, masked with zeros. */
    private static ByteBuffer frame(String text) {
        ByteBuffer frame = ByteBuffer.allocate(text.length() + 8).put((byte) 0x81);
        if (text.length() < 126) {
            frame.put((byte) (0x80 | text.length()));
        } else {
            frame.put((byte) (0x80 | 126)).putShort((short) text.length());
        }
        return frame.putInt(0).put(text.getBytes(StandardCharsets.US_ASCII)).flip();
    }

    /** Jetty's own of byte arrays, with room for so many bytes until they are taken. */
    private class EndPoint extends ByteArrayEndPoint {

        private WebSocketTransport transport;

        EndPoint() {
            super((byte[]) null, ROOM);
        }

        JettyConnection connection() {
            return connection(receiver);
        }

        JettyConnection connection(RecordingReceiver hearing) {
            JettyConnection connection =
                    new JettyConnection(this, executor, this::transport, started -> started.start(hearing));
            setConnection(connection);
            return connection;
        }

        WebSocketTransport transport(io.xywebsocket.websocket.Wire wire) {
            transport = new WebSocketTransport(wire, new ManualClock(), 1 << 20, null);
            return transport;
        }

        WebSocketTransport transport() {
            return transport;
        }
    }
}
