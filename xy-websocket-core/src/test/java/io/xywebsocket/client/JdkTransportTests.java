package io.xywebsocket.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyClock;
import io.xywebsocket.engine.XyEndpoint;
import io.xywebsocket.transport.OutgoingMessage;
import io.xywebsocket.transport.RecordingReceiver;
import io.xywebsocket.transport.Transport;
import io.xywebsocket.transport.TransportContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JdkTransportTests implements TransportContract {

    private final XyEndpoint timers = XyEndpoint.builder().build();

    @AfterEach
    void end() {
        timers.close();
    }

    @Override
    public RawWire open(Transport.Receiver receiver) {
        return new RawWire(RawServer.start(), HttpClient.newHttpClient(), timers.clock(), receiver);
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1001, 1008, 1011, 3000, 4999})
    void sendsTheCloseCodesThatTheJdkKnows(int code) throws Exception {
        try (RawWire wire = open(new RecordingReceiver())) {
            wire.near().close(code, "that was it");
            assertThat(wire.far.awaitClosed()).isEqualTo(new Closed(code, "that was it"));
        }
    }

    /** The JDK refuses to send these. */
    @ParameterizedTest
    @ValueSource(ints = {1002, 1003, 1005, 1006, 1007, 1009, 1010, 1012, 1013, 1014, 1015, 2000, 5000})
    void sendsOtherCloseCodesAs1008WithTheCodeInTheReason(int code) throws Exception {
        RecordingReceiver receiver = new RecordingReceiver();
        try (RawWire wire = open(receiver)) {
            wire.near().close(code, "x".repeat(123));
            assertThat(wire.far.awaitClosed()).isEqualTo(new Closed(1008, code + " " + "x".repeat(118)));
            receiver.assertClosedOnce();
        }
    }

    @Test
    void putsFragmentsTogetherAndTellsOfThem() throws Exception {
        AtomicInteger parts = new AtomicInteger();
        RecordingReceiver receiver = new RecordingReceiver() {
            @Override
            public void onPart(int length, int held) {
                parts.incrementAndGet();
            }
        };
        try (RawWire wire = open(receiver)) {
            byte[] text = "a\u00e9\ud83d\ude9a!".getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < text.length; i++) {
                int fin = i == text.length - 1 ? 0x80 : 0;
                wire.far.frame(fin | (i == 0 ? RawConnection.TEXT : RawConnection.CONTINUATION), new byte[] {text[i]});
                wire.far.frame(0x80 | RawConnection.PING, new byte[0]);
            }
            await().until(() -> receiver.texts().equals(List.of("a\u00e9\ud83d\ude9a!")));
            assertThat(parts).as("signs of life in between").hasPositiveValue();
        }
    }

    @Test
    void tellsOnceOfAMessageThatIsTooLarge() throws Exception {
        RecordingReceiver receiver = new RecordingReceiver();
        try (RawWire wire = open(receiver)) {
            wire.send("x".repeat(6 * RawWire.MAX_MESSAGE_SIZE));
            wire.send("after that nothing counts");
            wire.close(1000, "");
            receiver.assertClosedOnce();
            assertThat(receiver.violations())
                    .extracting(RecordingReceiver.Violation::code)
                    .containsExactly(1009);
            assertThat(receiver.texts()).isEmpty();
        }
    }

    @Test
    void tellsOfABinaryMessage() throws Exception {
        RecordingReceiver receiver = new RecordingReceiver();
        try (RawWire wire = open(receiver)) {
            wire.far.frame(0x80 | RawConnection.BINARY, new byte[100_000]);
            await().until(() -> !receiver.violations().isEmpty());
            wire.close(1000, "");
            receiver.assertClosedOnce();
            assertThat(receiver.violations())
                    .extracting(RecordingReceiver.Violation::code)
                    .containsExactly(1003);
        }
    }

    @Test
    void replacesALoneSurrogateInsteadOfLosingTheConnection() throws Exception {
        RecordingReceiver receiver = new RecordingReceiver();
        try (RawWire wire = open(receiver)) {
            TransportContract.send(wire, receiver, "a\ud83db, \ud83d\ude9a", true);
            TransportContract.send(wire, receiver, "alive", true);
            assertThat(wire.far.next()).isEqualTo("a?b, \ud83d\ude9a");
            assertThat(wire.far.next()).isEqualTo("alive");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"reserved bits", "masked", "unknown opcode", "no beginning", "bad UTF-8", "close code"})
    void endsOnFramesThatTheJdkCannotRead(String fault) throws Exception {
        RecordingReceiver receiver = new RecordingReceiver();
        try (RawWire wire = open(receiver)) {
            wire.send("before");
            switch (fault) {
                case "reserved bits" -> wire.far.frame(0xc0 | RawConnection.TEXT, new byte[1]);
                case "masked" -> wire.far.raw(new byte[] {(byte) 0x81, (byte) 0x80, 1, 2, 3, 4});
                case "unknown opcode" -> wire.far.frame(0x80 | 3, new byte[0]);
                case "no beginning" -> wire.far.frame(0x80 | RawConnection.CONTINUATION, new byte[1]);
                case "bad UTF-8" -> wire.far.frame(0x80 | RawConnection.TEXT, new byte[] {(byte) 0xff});
                default -> wire.far.frame(0x80 | RawConnection.CLOSE, new byte[] {1, 1});
            }
            receiver.assertClosedOnce();
            assertThat(receiver.closed().get(0).code()).isEqualTo(1006);
            assertThat(receiver.closed().get(0).reason()).isNotEmpty();
            assertThat(receiver.texts()).containsExactly("before");
            assertThat(wire.far.awaitClosed()).isNotNull();
        }
    }

    @Test
    void endsThoughAWriteIsUnderWayWhenTheFarEndCloses() throws Exception {
        RecordingReceiver receiver = new RecordingReceiver();
        try (RawWire wire = open(receiver)) {
            wire.stopReading();
            while (wire.near().send(OutgoingMessage.of("x".repeat(64 << 10)), true)) {}
            wire.close(1000, "");
            receiver.assertClosedOnce();
            assertThat(receiver.closed()).containsExactly(new Closed(1000, ""));
        }
    }

    /** The JDK tells of it only sometimes. */
    @Test
    void noticesThatTheFarEndHangsUpRightAfterAText() throws Exception {
        List<RawWire> wires = new ArrayList<>();
        List<RecordingReceiver> receivers = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            RecordingReceiver receiver = new RecordingReceiver();
            receivers.add(receiver);
            wires.add(open(receiver));
        }
        for (RawWire wire : wires) {
            wire.send("the last");
            wire.vanish();
        }
        for (RecordingReceiver receiver : receivers) {
            receiver.awaitClosed();
            assertThat(receiver.texts()).containsExactly("the last");
            assertThat(receiver.closed().get(0).code()).isEqualTo(1006);
        }
        wires.forEach(RawWire::close);
    }

    @Test
    void noticesAfterAPauseThatTheFarEndHasHungUp() throws Exception {
        RecordingReceiver receiver = new RecordingReceiver();
        try (RawWire wire = open(receiver)) {
            wire.near().pauseReading();
            wire.send("the last");
            wire.vanish();
            wire.near().resumeReading();
            receiver.assertClosedOnce();
        }
    }

    @Test
    void probesNothingWhileItIsQuiet() throws Exception {
        try (RawWire wire = open(new RecordingReceiver())) {
            wire.send("one");
            await().atMost(Duration.ofSeconds(10)).until(() -> wire.far.pongs() == 4);
            await().during(Duration.ofSeconds(1)).until(() -> wire.far.pongs() == 4);
            wire.near().ping();
            await().until(() -> wire.far.pings() == 1);
        }
    }

    @Test
    void isNeverOpenIfItWasCutBefore() throws Exception {
        CountDownLatch cut = new CountDownLatch(1);
        try (RawServer server = RawServer.start()) {
            server.manner((request, socket) -> {
                cut.await();
                return RawServer.welcome().answer(request, socket);
            });
            AtomicInteger told = new AtomicInteger();
            JdkTransport transport = new JdkTransport(1000, Runnable::run, timers.clock(), new JdkTransport.Owner() {
                @Override
                public Transport.@Nullable Receiver opened(JdkTransport opened) {
                    told.incrementAndGet();
                    return null;
                }

                @Override
                public void ended(int code, String reason) {
                    told.incrementAndGet();
                }
            });
            HttpClient.newHttpClient().newWebSocketBuilder().subprotocols("xy").buildAsync(server.uri(), transport);
            await().until(() -> !server.requests().isEmpty());
            transport.abort();
            cut.countDown();
            assertThat(server.next().awaitClosed().code()).isEqualTo(1006);
            await().until(() -> server.sockets() == 0);
            assertThat(told).hasValue(0);
        }
    }

    @Test
    void tellsTheEndThatCameWhileItWasOpened() throws Exception {
        RecordingReceiver receiver = new RecordingReceiver();
        try (RawServer server = RawServer.start()) {
            CountDownLatch ended = new CountDownLatch(1);
            HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .subprotocols("xy")
                    .buildAsync(
                            server.uri(),
                            new JdkTransport(1000, Runnable::run, timers.clock(), new JdkTransport.Owner() {
                                @Override
                                public Transport.Receiver opened(JdkTransport opened) {
                                    opened.abort();
                                    return receiver;
                                }

                                @Override
                                public void ended(int code, String reason) {
                                    ended.countDown();
                                }
                            }));
            receiver.assertClosedOnce();
            ended.await();
            await().until(() -> server.sockets() == 0);
        }
    }

    @Test
    void holdsNoLockWhileItAsksTheSocket() throws Exception {
        List<Boolean> locked = new ArrayList<>();
        JdkTransport transport = new JdkTransport(1000, Runnable::run, timers.clock(), new JdkTransport.Owner() {
            @Override
            public Transport.Receiver opened(JdkTransport opened) {
                return new RecordingReceiver();
            }

            @Override
            public void ended(int code, String reason) {}
        });
        FakeSocket socket = new FakeSocket(() -> locked.add(Thread.holdsLock(transport)));
        transport.onOpen(socket);
        transport.ping();
        socket.failing = true;
        assertThatIOException().isThrownBy(transport::ping);
        socket.failing = false;
        transport.ping();
        assertThat(locked)
                .containsExactly(false, false, false, false); // the request for the first message, three pings
    }

    @Test
    void whatTheServerTakesOfALargeMessageIsProgress() throws Exception {
        RecordingReceiver receiver = new RecordingReceiver();
        JdkTransport transport = new JdkTransport(1000, Runnable::run, timers.clock(), new JdkTransport.Owner() {
            @Override
            public Transport.Receiver opened(JdkTransport opened) {
                return receiver;
            }

            @Override
            public void ended(int code, String reason) {}
        });
        FakeSocket socket = new FakeSocket(() -> {});
        socket.slow = true;
        transport.onOpen(socket);
        String text = "x" + "\ud83d\ude9a".repeat(100_000);
        assertThat(transport.send(OutgoingMessage.of(text), true)).isFalse();
        int taken = 0;
        for (CompletableFuture<WebSocket> piece; (piece = socket.writes.poll()) != null; taken++) {
            assertThat(receiver.timesWritable()).isZero();
            assertThat(transport.progress()).isEqualTo(taken);
            piece.complete(socket);
        }
        assertThat(taken).isGreaterThan(2);
        assertThat(receiver.timesWritable()).isEqualTo(1);
        assertThat(socket.texts).hasSize(taken).allMatch(FakeSocket::isWhole);
        assertThat(String.join("", socket.texts)).isEqualTo(text);
        assertThat(socket.ends).isEqualTo(1);

        socket.slow = false;
        assertThat(transport.send(OutgoingMessage.of(text), true)).isTrue();
        assertThat(transport.progress()).isEqualTo(2L * taken);
        assertThat(String.join("", socket.texts)).isEqualTo(text + text);

        socket.slow = true;
        assertThat(transport.send(OutgoingMessage.of(text), true)).isFalse();
        socket.writes.remove().completeExceptionally(new IOException("broken"));
        assertThat(receiver.closed()).containsExactly(new Closed(1006, ""));
        assertThat(receiver.timesWritable()).isEqualTo(1);
    }

    /** Does nothing but tell that it was asked. */
    private static final class FakeSocket implements WebSocket {

        private final Runnable asked;
        private final Queue<CompletableFuture<WebSocket>> writes = new ArrayDeque<>();
        private final List<String> texts = new ArrayList<>();
        private int ends;
        private boolean failing;
        private boolean slow;

        FakeSocket(Runnable asked) {
            this.asked = asked;
        }

        private CompletableFuture<WebSocket> ask() {
            asked.run();
            if (failing) {
                throw new IllegalStateException("no");
            }
            return CompletableFuture.completedFuture(this);
        }

        @Override
        public CompletableFuture<WebSocket> sendText(CharSequence data, boolean last) {
            texts.add(data.toString());
            ends += last ? 1 : 0;
            if (slow) {
                CompletableFuture<WebSocket> write = new CompletableFuture<>();
                writes.add(write);
                return write;
            }
            return ask();
        }

        /** Whether a text neither begins nor ends in the middle of a character. */
        private static boolean isWhole(String text) {
            return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8).equals(text);
        }

        @Override
        public CompletableFuture<WebSocket> sendBinary(ByteBuffer data, boolean last) {
            return ask();
        }

        @Override
        public CompletableFuture<WebSocket> sendPing(ByteBuffer message) {
            return ask();
        }

        @Override
        public CompletableFuture<WebSocket> sendPong(ByteBuffer message) {
            return ask();
        }

        @Override
        public CompletableFuture<WebSocket> sendClose(int code, String reason) {
            return ask();
        }

        @Override
        public void request(long n) {
            asked.run();
        }

        @Override
        public String getSubprotocol() {
            return "xy";
        }

        @Override
        public boolean isOutputClosed() {
            return false;
        }

        @Override
        public boolean isInputClosed() {
            return false;
        }

        @Override
        public void abort() {}
    }

    /** A real connection: the transport, and the server that it is connected to. */
    static final class RawWire implements Wire, JdkTransport.Owner {

        static final int MAX_MESSAGE_SIZE = 200_000;

        final RawConnection far;
        private final RawServer server;
        private final Transport.Receiver receiver;
        private final JdkTransport near;

        RawWire(RawServer server, HttpClient http, XyClock clock, Transport.Receiver receiver) {
            this.server = server;
            this.receiver = receiver;
            this.near = new JdkTransport(MAX_MESSAGE_SIZE, ForkJoinPool.commonPool(), clock, this);
            http.newWebSocketBuilder()
                    .subprotocols("xy")
                    .buildAsync(server.uri(), near)
                    .join();
            this.far = server.next();
        }

        @Override
        public Transport.Receiver opened(JdkTransport transport) {
            return receiver;
        }

        @Override
        public void ended(int code, String reason) {}

        @Override
        public Transport near() {
            return near;
        }

        @Override
        public List<String> textsAtFarEnd() {
            return far.received();
        }

        @Override
        public int pingsAtFarEnd() {
            return far.pings();
        }

        @Override
        public @Nullable Closed closedAtFarEnd() {
            return far.closed();
        }

        @Override
        public void send(String text) throws IOException {
            try {
                far.send(text);
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        }

        @Override
        public void ping() {
            far.frame(0x80 | RawConnection.PING, new byte[0]);
        }

        @Override
        public void pong() {
            far.frame(0x80 | RawConnection.PONG, new byte[0]);
        }

        @Override
        public void close(int code, String reason) {
            far.close(code, reason);
        }

        @Override
        public void vanish() {
            far.vanish();
        }

        @Override
        public void stopReading() {
            far.stopReading();
        }

        @Override
        public void readOn() {
            far.readOn();
        }

        @Override
        public void close() {
            server.close();
        }
    }
}
