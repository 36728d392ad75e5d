package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.transport.OutgoingMessage;
import io.xywebsocket.transport.RecordingReceiver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tomcat on an executor that refuses at times, as one with bounds does, and a Tomcat that stops: no connection may hang. */
class TomcatExecutorTests {

    private final Refusing executor = new Refusing();
    private final RecordingReceiver receiver = new RecordingReceiver();

    @TempDir
    private Path folder;

    private TomcatServer server;
    private ServerWire wire;

    static Stream<Arguments> connectors() {
        return Stream.concat(Stream.of(Arguments.of(TomcatServer.NIO, false)), connectorsThatReadOnThreadsOfTomcat());
    }

    static Stream<Arguments> connectorsThatReadOnThreadsOfTomcat() {
        Stream<Arguments> nio = Stream.of(Arguments.of(TomcatServer.NIO, true));
        return servesOnAnyExecutorByNio2()
                ? Stream.concat(
                        nio, Stream.of(Arguments.of(TomcatServer.NIO2, false), Arguments.of(TomcatServer.NIO2, true)))
                : nio;
    }

    /** Tomcat sets class loaders, which threads of the JDK's default group of channels refuse since Java 24: each request is a 500. */
    private static boolean servesOnAnyExecutorByNio2() {
        return Runtime.version().feature() < 24;
    }

    private void connect(String protocol, boolean secure) throws Exception {
        server = new TomcatServer(protocol, secure).on(executor);
        server.start(folder);
        wire = server.connect(receiver);
    }

    @AfterEach
    void stop() throws Exception {
        executor.refuses = Refuses.NOTHING;
        wire.far.vanish();
        if (server != null) {
            server.stop();
        }
        executor.threads.shutdownNow();
    }

    /** Has the executor refuse that the connection is read on. Returns how many texts are to come. */
    private int refuseToReadOn() {
        executor.refuses = Refuses.OURS;
        AtomicInteger sent = new AtomicInteger();
        await().until(() -> {
            wire.near().resumeReading();
            if (executor.refused.get() > 0) { // Tomcat had noticed that there was something, and that nobody read it
                return true;
            }
            wire.near().pauseReading();
            wire.far.send("text");
            sent.incrementAndGet();
            return false;
        });
        return sent.get();
    }

    @Test
    void readsAPlainSocketWithoutAThreadOfTomcat() throws Exception {
        connect(TomcatServer.NIO, false);
        wire.near().pauseReading();
        executor.refuses = Refuses.ALL;
        wire.far.send("text");

        wire.near().resumeReading();
        wire.far.send("more");

        await().until(() -> receiver.texts().equals(List.of("text", "more")));
        assertThat(receiver.closed()).isEmpty();
        assertThat(executor.refused).hasValue(0);
    }

    @ParameterizedTest
    @MethodSource("connectorsThatReadOnThreadsOfTomcat")
    void readsOnOnceThereIsAThread(String protocol, boolean secure) throws Exception {
        connect(protocol, secure);
        int texts = refuseToReadOn();

        executor.refuses = Refuses.NOTHING;

        await().until(() -> receiver.texts().size() == texts);
        wire.far.send("more");
        await().until(() -> receiver.texts().contains("more"));
        assertThat(receiver.closed()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("connectors")
    void letsGoOfASocketOnceThereIsAThread(String protocol, boolean secure) throws Exception {
        connect(protocol, secure);
        boolean plain = protocol.equals(TomcatServer.NIO) && !secure;
        if (plain) {
            await().until(() -> server.connections() == 2); // the acceptor counts the next one already
        }
        long before = server.connections();
        if (plain) {
            executor.refuses = Refuses.OURS;
        } else {
            refuseToReadOn();
        }

        wire.near().abort();

        receiver.assertClosedOnce();
        wire.far.awaitEnd();
        assertThat(server.connections()).isEqualTo(before);
        executor.refuses = Refuses.NOTHING;
        await().until(() -> server.connections() == before - 1);
    }

    /** After sixty refusals, half a second apart: Tomcat must not count it among its connections for ever. */
    @ParameterizedTest
    @MethodSource("connectors")
    void letsGoOfASocketForWhichThereIsNeverAThread(String protocol, boolean secure) throws Exception {
        connect(protocol, secure);
        server.hasten(100);
        await().until(() -> server.connections() >= 1);
        if (protocol.equals(TomcatServer.NIO)) {
            await().until(() -> server.connections() == 2); // the acceptor counts the next one already
        }
        long before = server.connections();
        executor.refuses = Refuses.OURS;

        wire.near().abort();

        receiver.assertClosedOnce();
        await().until(() -> server.connections() == before - 1);
    }

    @ParameterizedTest
    @MethodSource("connectors")
    void tellsOfAConnectionThatTomcatHasNoThreadFor(String protocol, boolean secure) throws Exception {
        connect(protocol, secure);
        executor.refuses = Refuses.ALL;

        wire.far.vanish();

        receiver.assertClosedOnce();
    }

    @ParameterizedTest
    @MethodSource("connectors")
    void endsEveryConnectionWhenTomcatStops(String protocol, boolean secure) throws Exception {
        connect(protocol, secure);
        RecordingReceiver paused = new RecordingReceiver();
        ServerWire reading = wire;
        wire = server.connect(paused);
        wire.near().pauseReading();
        wire.far.send("text");

        server.stop();
        server = null;

        receiver.assertClosedOnce();
        paused.assertClosedOnce();
        reading.far.vanish();
        byte[] text = "text".getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> wire.near().send(new OutgoingMessage(text, text.length), true))
                .isInstanceOf(IOException.class);
    }

    private enum Refuses {
        NOTHING,
        /** What doesn't come of Tomcat itself. */
        OURS,
        ALL
    }

    /** Threads without bounds, until it refuses. */
    private static final class Refusing implements Executor {

        private final ExecutorService threads = Executors.newCachedThreadPool();
        private final AtomicInteger refused = new AtomicInteger();
        private volatile Refuses refuses = Refuses.NOTHING;

        @Override
        public void execute(Runnable task) {
            boolean ours = task.getClass().getName().startsWith("io.xywebsocket.");
            if (refuses == Refuses.ALL || (refuses == Refuses.OURS && ours)) {
                refused.incrementAndGet();
                throw new RejectedExecutionException("full");
            }
            threads.execute(task);
        }
    }
}
