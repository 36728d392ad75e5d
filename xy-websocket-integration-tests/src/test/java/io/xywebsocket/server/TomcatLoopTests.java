package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.transport.OutgoingMessage;
import io.xywebsocket.transport.RecordingReceiver;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plain sockets of Tomcat's, which are read on threads of ours. */
class TomcatLoopTests {

    private final SocketThreads threads = new SocketThreads();
    private final RecordingReceiver receiver = new RecordingReceiver();
    private final TomcatServer server = new TomcatServer(TomcatServer.NIO, false);
    private final List<ServerWire> wires = new ArrayList<>();
    private boolean stopped;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        server.start(folder);
    }

    @AfterEach
    void stop() throws Exception {
        wires.forEach(wire -> wire.far.vanish());
        stopServer();
    }

    private void stopServer() throws Exception {
        if (!stopped) {
            stopped = true;
            server.stop();
        }
    }

    private ServerWire connect(RecordingReceiver hearing, byte[] following) {
        ServerWire wire = server.connect(hearing, following);
        wires.add(wire);
        return wire;
    }

    private static List<String> texts(int count) {
        return IntStream.range(0, count).mapToObj(i -> "text " + i).toList();
    }

    /** Masked by zeros. */
    private static byte[] frames(List<String> texts) {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        for (String text : texts) {
            frames.write(0x81);
            frames.write(0x80 | text.length());
            frames.writeBytes(new byte[4]);
            frames.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
        }
        return frames.toByteArray();
    }

    @Test
    void takesWhatComesTogetherWithTheHandshakeBeforeWhatFollows() {
        List<String> texts = texts(2_000);
        byte[] frames = frames(texts); // more than Tomcat's buffers hold
        int early = frames.length - 5; // in the middle of a frame

        ServerWire wire = connect(receiver, Arrays.copyOf(frames, early));
        wire.far.raw(Arrays.copyOfRange(frames, early, frames.length));

        await().until(() -> receiver.texts().size() == texts.size());
        assertThat(receiver.texts()).isEqualTo(texts);
    }

    @Test
    void takesFewBytesThatComeTogetherWithTheHandshake() {
        connect(receiver, frames(List.of("early")));

        await().until(() -> receiver.texts().equals(List.of("early")));
    }

    @Test
    void losesNothingWhenReadingIsPausedAndResumedByManyThreads() throws Exception {
        ServerWire wire = connect(receiver, frames(texts(1)));
        List<String> texts = texts(20_000);
        AtomicBoolean sent = new AtomicBoolean();
        ExecutorService pool = Executors.newFixedThreadPool(2);
        try {
            List<CompletableFuture<?>> storms = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                storms.add(CompletableFuture.runAsync(
                        () -> {
                            while (!sent.get()) {
                                wire.near().pauseReading();
                                LockSupport.parkNanos(50_000); // or the loop would hardly ever see the pause
                                wire.near().resumeReading();
                            }
                        },
                        pool));
            }
            for (int from = 1; from < texts.size(); from += 100) {
                wire.far.raw(frames(texts.subList(from, Math.min(from + 100, texts.size()))));
            }
            sent.set(true);
            for (CompletableFuture<?> storm : storms) {
                storm.get(10, TimeUnit.SECONDS);
            }
        } finally {
            sent.set(true);
            pool.shutdown();
        }
        wire.near().resumeReading();

        await().until(() -> receiver.texts().size() == texts.size());
        assertThat(receiver.texts()).isEqualTo(texts);
    }

    @Test
    void tellsOfSocketsThatTomcatClosesWithoutAWord() throws Exception {
        RecordingReceiver paused = new RecordingReceiver();
        RecordingReceiver full = new RecordingReceiver();
        connect(receiver, new byte[0]);
        connect(paused, new byte[0]).near().pauseReading();
        ServerWire blocked = connect(full, new byte[0]);
        blocked.far.stopReading();
        byte[] text = "x".repeat(16 << 20).getBytes(StandardCharsets.US_ASCII); // more than the sockets take
        int taken = 0; // by the far end, which reads one more frame to its end
        while (blocked.near().send(new OutgoingMessage(text, text.length), true)) {
            assertThat(++taken).isLessThan(3);
        }

        server.closeSockets();

        receiver.assertClosedOnce();
        paused.assertClosedOnce();
        full.assertClosedOnce();
        threads.awaitNone();
        assertThat(server.connections()).isLessThanOrEqualTo(1); // and the acceptor's next
    }

    @Test
    void leavesNoThreadWhenTomcatStopsWithConnectionsOpen() throws Exception {
        List<RecordingReceiver> receivers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            RecordingReceiver hearing = new RecordingReceiver();
            receivers.add(hearing);
            ServerWire wire = connect(hearing, new byte[0]);
            if (i % 2 == 0) {
                wire.near().pauseReading();
                wire.far.send("text");
            }
        }
        assertThat(threads.started()).isNotEmpty();

        stopServer();

        receivers.forEach(RecordingReceiver::assertClosedOnce);
        threads.awaitNone();
        wires.forEach(wire -> wire.far.awaitEnd());
    }

    @Test
    void leavesNoThreadWhenItsLastConnectionEndsAndStartsAnother() {
        for (int i = 0; i < 3; i++) {
            RecordingReceiver hearing = new RecordingReceiver();
            ServerWire wire = connect(hearing, new byte[0]);
            wire.far.send("text");
            await().until(() -> hearing.texts().equals(List.of("text")));
            assertThat(threads.started()).hasSize(1);

            wire.far.vanish();

            hearing.assertClosedOnce();
            threads.awaitNone();
        }
    }

    @Test
    void readsAThousandConnectionsOnFewThreadsAndLeavesNoneWhenTheContextIsClosed() {
        int most = Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors() / 2));
        List<RawClient> clients = new ArrayList<>();
        try (App app = App.of(Functions.class)) {
            for (int i = 0; i < 1_000; i++) {
                clients.add(app.connect());
            }
            for (RawClient client : clients) {
                client.call("echo", "1");
            }
            for (RawClient client : clients) {
                assertThat(client.next()).contains("1");
            }
            assertThat(threads.started()).hasSize(most);
        } finally {
            clients.forEach(RawClient::vanish);
        }
        threads.awaitNone();
    }
}
