package io.xywebsocket.transport;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;

/** What every {@link Transport} must do, whatever is below it. A test class that implements this proves it of one. */
public interface TransportContract {

    /** How the connection ended. */
    record Closed(int code, String reason) {}

    /** A live connection: its near end is the transport under test, its far end is in the test's hands. */
    interface Wire extends AutoCloseable {

        Transport near();

        /** The texts that the far end has received, in their order. */
        List<String> textsAtFarEnd();

        /** How many pings the far end has received. */
        int pingsAtFarEnd();

        /** How the connection ended for the far end; null while it is open. Without a close frame its code is 1006. */
        Closed closedAtFarEnd();

        /** Sends a text from the far end. May block while the near end doesn't read. */
        void send(String text) throws IOException;

        /** Sends a ping from the far end. */
        void ping() throws IOException;

        /** Sends a pong from the far end that nobody asked for. */
        void pong() throws IOException;

        /** Starts the closing handshake at the far end; a code of 1005 stands for a close frame without one. */
        void close(int code, String reason) throws IOException;

        /** Ends the connection at the far end without a close frame. */
        void vanish();

        /** The far end reads nothing any more. */
        void stopReading();

        /** The far end reads again. */
        void readOn();

        @Override
        void close();
    }

    /** Opens a connection whose near end tells this receiver what arrives. */
    Wire open(Transport.Receiver receiver) throws Exception;

    /** Sends as the engine does: after a no it waits until it is told that there is room. Returns whether there was no such wait. */
    static boolean send(Wire wire, RecordingReceiver receiver, String text, boolean last) throws Exception {
        int before = receiver.timesWritable();
        if (wire.near().send(OutgoingMessage.of(text), last)) {
            return true;
        }
        if (!receiver.awaitWritable(before)) {
            throw new IOException("the connection has ended");
        }
        return false;
    }

    /**
     * Sends messages to an end that doesn't read until the transport takes no more for good: one that writes on a thread of its own may say no
     * before the system has taken what it can. Returns how often it has told of room.
     */
    private static int fill(Wire wire, RecordingReceiver receiver) throws Exception {
        FutureTask<Integer> filling = new FutureTask<>(() -> {
            int sent = 0;
            int told;
            do {
                told = receiver.timesWritable();
                while (wire.near().send(OutgoingMessage.of("x".repeat(64 << 10)), true)) {
                    assertThat(++sent)
                            .as("messages to an end that doesn't read")
                            .isLessThan(10_000);
                }
            } while (isToldOfRoom(wire, receiver, told));
            return told;
        });
        startThread(filling);
        return filling.get(60, SECONDS); // it never blocks
    }

    /** Whether it is told of room, rather than nothing goes out any more. */
    private static boolean isToldOfRoom(Wire wire, RecordingReceiver receiver, int before) {
        long progress;
        do {
            progress = wire.near().progress();
            try {
                await().atMost(500, MILLISECONDS).until(() -> receiver.timesWritable() > before);
                return true;
            } catch (ConditionTimeoutException e) {
                // as long as bytes go out, it may still be told
            }
        } while (wire.near().progress() != progress);
        return false;
    }

    /** What is told of a close frame without a code: RFC 6455 §7.1.5 calls that 1005. */
    default int codeOfNone() {
        return 1005;
    }

    /** What the far end may see of a cut: nothing, which is 1006. */
    default List<Integer> codesOfACut() {
        return List.of(1006);
    }

    @Test
    default void carriesTextsInOrderAndWhole() throws Exception {
        RecordingReceiver receiver = new RecordingReceiver();
        try (Wire wire = open(receiver)) {
            List<String> texts = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                texts.add(i + " \u00e9\u20ac\ud83d\ude9a " + "x".repeat(i % 7 == 0 ? 20_000 : i));
            }
            for (String text : texts) {
                send(wire, receiver, text, true);
            }
            await().until(() -> wire.textsAtFarEnd().size() >= texts.size());
            assertThat(wire.textsAtFarEnd()).isEqualTo(texts);
        }
    }

    @Test
    default void receivesTextsInOrderAndWhole() throws Exception {
        RecordingReceiver receiver = new RecordingReceiver();
        try (Wire wire = open(receiver)) {
            List<String> texts = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                texts.add(i + " \u00e9\u20ac\ud83d\ude9a " + "x".repeat(i % 7 == 0 ? 20_000 : i));
                wire.send(texts.get(i));
            }
            await().until(() -> receiver.texts().size() >= texts.size());
            assertThat(receiver.texts()).isEqualTo(texts);
        }
    }

    @Test
    default void hasAllOnItsWayOnceTheLastIsSent() throws Exception {
        RecordingReceiver receiver = new RecordingReceiver();
        try (Wire wire = open(receiver)) {
            for (int i = 0; i < 9; i++) {
                send(wire, receiver, "text " + i, false);
            }
            send(wire, receiver, "text 9", true);
            await().until(() -> wire.textsAtFarEnd().size() == 10);
        }
    }

    @Test
    default void hasManyOnTheirWayThatWereHandedOverWithMoreToFollow() throws Exception {
        RecordingReceiver receiver = new RecordingReceiver();
        try (Wire wire = open(receiver)) {
            List<String> texts = new ArrayList<>();
            for (int i = 0; i < 20_000; i++) {
                texts.add(i + " " + "x".repeat(i % 200));
                send(wire, receiver, texts.get(i), i == 19_999);
            }
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> wire.textsAtFarEnd().size() >= texts.size());
            assertThat(wire.textsAtFarEnd()).isEqualTo(texts);
        }
    }

    @Test
    default void hasAllOnItsWayOnceAPingIsSent() throws Exception {
        RecordingReceiver receiver = new RecordingReceiver();
        try (Wire wire = open(receiver)) {
            for (int i = 0; i < 10; i++) {
                send(wire, receiver, "text " + i, false);
            }
            wire.near().ping();
            await().until(() -> wire.textsAtFarEnd().size() == 10 && wire.pingsAtFarEnd() == 1);
        }
    }

    @Test
    default void holdsNothingBackOnceItTakesNoMore() throws Exception {
        RecordingReceiver receiver = new RecordingReceiver();
        try (Wire wire = open(receiver)) {
            wire.stopReading();
            int sent = 1;
            while (wire.near().send(OutgoingMessage.of("x".repeat(64 << 10)), false)) {
                assertThat(++sent).isLessThan(10_000);
            }
            wire.readOn();
            int all = sent;
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> wire.textsAtFarEnd().size() == all);
        }
    }

    @Test
    default void neverBlocksThoughTheFarEndDoesNotReadAndTellsOfRoomOnceItReadsOn() throws Exception {
        RecordingReceiver receiver = new RecordingReceiver();
        try (Wire wire = open(receiver)) {
            wire.stopReading();
            int told = fill(wire, receiver);
            long stalled = standstill(wire.near()::progress);
            assertThat(receiver.timesWritable()).isEqualTo(told);

            wire.readOn();
            assertThat(receiver.awaitWritable(told)).isTrue();
            assertThat(wire.near().progress()).isGreaterThan(stalled);
            send(wire, receiver, "the last", true);
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> wire.textsAtFarEnd().contains("the last"));
            assertThat(wire.textsAtFarEnd()).last().isEqualTo("the last");
        }
    }

    @Test
    default void tellsOfRoomNoMoreOftenThanItHasSaidNo() throws Exception {
        RecordingReceiver receiver = new RecordingReceiver();
        try (Wire wire = open(receiver)) {
            int refused = 0;
            for (int i = 0; i < 300; i++) {
                refused += send(wire, receiver, "x".repeat(100_000), true) ? 0 : 1;
            }
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> wire.textsAtFarEnd().size() == 300);
            assertThat(receiver.timesWritable()).isEqualTo(refused);
        }
    }

    @Test
    default void aLargeMessageToASlowReaderArrivesWholeWithWhatFollows() throws Exception {
        RecordingReceiver receiver = new RecordingReceiver();
        String large = "\u20ac".repeat(2 << 20);
        try (Wire wire = open(receiver)) {
            wire.stopReading();
            boolean more = wire.near().send(OutgoingMessage.of(large), true);
            standstill(wire.near()::progress);
            wire.readOn();
            assertThat(more || receiver.awaitWritable(0)).isTrue();
            send(wire, receiver, "and a small one", true);
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> wire.textsAtFarEnd().size() == 2);
            assertThat(wire.textsAtFarEnd().get(0)).isEqualTo(large);
            assertThat(wire.textsAtFarEnd().get(1)).isEqualTo("and a small one");
        }
    }

    @Test
    default void sendsAPingAtOnceAndHearsThePong() throws Exception {
        RecordingReceiver receiver = new RecordingReceiver();
        try (Wire wire = open(receiver)) {
            wire.near().ping();
            await().until(() -> wire.pingsAtFarEnd() == 1 && receiver.pongs() == 1);
        }
    }

    @Test
    default void hearsAPing() throws Exception {
        RecordingReceiver receiver = new RecordingReceiver();
        try (Wire wire = open(receiver)) {
            wire.ping();
            await().until(() -> receiver.pings() == 1);
        }
    }

    @Test
    default void hearsAPongThatNobodyAskedFor() throws Exception {
        RecordingReceiver receiver = new RecordingReceiver();
        try (Wire wire = open(receiver)) {
            wire.pong();
            await().until(() -> receiver.pongs() == 1);
        }
    }

    @Test
    default void closesAfterTheTextsBeforeIt() throws Exception {
        RecordingReceiver receiver = new RecordingReceiver();
        try (Wire wire = open(receiver)) {
            for (int i = 0; i < 100; i++) {
                send(wire, receiver, "text " + i, false);
            }
            wire.near().close(4001, "enough");
            await().until(() -> wire.closedAtFarEnd() != null);
            assertThat(wire.closedAtFarEnd()).isEqualTo(new Closed(4001, "enough"));
            assertThat(wire.textsAtFarEnd()).hasSize(100);
            receiver.assertClosedOnce();
        }
    }

    @Test
    default void hearsTheCloseOfTheFarEndAfterItsTexts() throws Exception {
        RecordingReceiver receiver = new RecordingReceiver();
        try (Wire wire = open(receiver)) {
            for (int i = 0; i < 100; i++) {
                wire.send("text " + i);
            }
            wire.close(4002, "bye \u00e9");
            receiver.awaitClosed();
            assertThat(receiver.closed()).containsExactly(new Closed(4002, "bye \u00e9"));
            assertThat(receiver.texts())
                    .isEqualTo(
                            IntStream.range(0, 100).mapToObj(i -> "text " + i).toList());
            receiver.assertClosedOnce();
        }
    }

    @Test
    default void hearsACloseFrameWithoutACode() throws Exception {
        RecordingReceiver receiver = new RecordingReceiver();
        try (Wire wire = open(receiver)) {
            wire.close(1005, "");
            receiver.awaitClosed();
            assertThat(receiver.closed()).containsExactly(new Closed(codeOfNone(), ""));
        }
    }

    @Test
    default void reportsAConnectionLostWithoutACloseFrameAs1006() throws Exception {
        RecordingReceiver receiver = new RecordingReceiver();
        try (Wire wire = open(receiver)) {
            wire.vanish();
            receiver.awaitClosed();
            assertThat(receiver.closed().get(0).code()).isEqualTo(1006);
            receiver.assertClosedOnce();
        }
    }

    @Test
    default void failsWritesOnceTheConnectionIsOver() throws Exception {
        RecordingReceiver receiver = new RecordingReceiver();
        try (Wire wire = open(receiver)) {
            wire.vanish();
            receiver.awaitClosed();
            assertThatThrownBy(() -> wire.near().send(OutgoingMessage.of("too late"), true))
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> wire.near().ping()).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> wire.near().close(1000, "")).isInstanceOf(IOException.class);
        }
    }

    @Test
    default void isCutAtOnce() throws Exception {
        RecordingReceiver receiver = new RecordingReceiver();
        try (Wire wire = open(receiver)) {
            assertCutReturnsAtOnce(wire);
            wire.near().abort();
            receiver.awaitClosed();
            assertThat(receiver.closed().get(0).code()).isEqualTo(1006);
            receiver.assertClosedOnce();
            await().until(() -> wire.closedAtFarEnd() != null);
            assertThat(wire.closedAtFarEnd().code()).isIn(codesOfACut());
        }
    }

    @Test
    default void isCutAtOnceWhileItTakesNoMore() throws Exception {
        RecordingReceiver receiver = new RecordingReceiver();
        try (Wire wire = open(receiver)) {
            wire.stopReading();
            fill(wire, receiver);
            assertCutReturnsAtOnce(wire);
            receiver.awaitClosed();
            assertThat(receiver.closed().get(0).code()).isEqualTo(1006);
            assertThatThrownBy(() -> wire.near().send(OutgoingMessage.of("too late"), true))
                    .isInstanceOf(IOException.class);
            wire.readOn();
            receiver.assertClosedOnce();
        }
    }

    @Test
    default void isCutWhileAnotherThreadSends() throws Exception {
        RecordingReceiver receiver = new RecordingReceiver();
        try (Wire wire = open(receiver)) {
            AtomicInteger sent = new AtomicInteger();
            FutureTask<Void> writes = new FutureTask<>(() -> {
                while (true) {
                    send(wire, receiver, "x".repeat(1000), sent.incrementAndGet() % 3 == 0);
                }
            });
            startThread(writes);
            await().until(() -> sent.get() > 100);
            assertCutReturnsAtOnce(wire);
            assertThatThrownBy(() -> writes.get(20, SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(IOException.class);
            receiver.assertClosedOnce();
        }
    }

    @Test
    default void reportsTheEndOnceHoweverManyBringItAbout() throws Exception {
        RecordingReceiver receiver = new RecordingReceiver();
        try (Wire wire = open(receiver)) {
            wire.near().close(1000, "");
            wire.near().abort();
            wire.vanish();
            receiver.awaitClosed();
            receiver.assertClosedOnce();
        }
    }

    @Test
    default void tellsNothingAfterTheEnd() throws Exception {
        RecordingReceiver receiver = new RecordingReceiver();
        try (Wire wire = open(receiver)) {
            FutureTask<Void> texts = new FutureTask<>(() -> {
                while (true) {
                    wire.send("text");
                }
            });
            startThread(texts);
            await().until(() -> !receiver.texts().isEmpty());
            wire.near().abort();
            receiver.awaitClosed();
            assertThatThrownBy(() -> texts.get(10, SECONDS)).isInstanceOf(ExecutionException.class);
            receiver.assertClosedOnce();
        }
    }

    @Test
    default void neverTellsTwoTextsAtOnce() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        RecordingReceiver receiver = new RecordingReceiver() {
            @Override
            public void onText(String text) {
                most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                if (texts().isEmpty()) {
                    awaitLatch(goOn);
                }
                super.onText(text);
                inside.decrementAndGet();
            }
        };
        try (Wire wire = open(receiver)) {
            for (int i = 0; i < 100; i++) {
                wire.send("text " + i);
            }
            await().until(() -> inside.get() > 0);
            await().during(Duration.ofMillis(50)).until(() -> inside.get() == 1);
            goOn.countDown();
            await().until(() -> receiver.texts().size() == 100);
            assertThat(most).hasValue(1);
        }
    }

    @Test
    default void stopsReadingAndReadsOn() throws Exception {
        RecordingReceiver receiver = new RecordingReceiver();
        try (Wire wire = open(receiver)) {
            wire.near().pauseReading();
            wire.near().pauseReading();
            AtomicInteger sent = new AtomicInteger();
            FutureTask<Void> texts = new FutureTask<>(() -> {
                for (int i = 0; i < 400; i++) {
                    wire.send(i + " ".repeat(64 << 10));
                    sent.incrementAndGet();
                }
                return null;
            });
            startThread(texts);
            standstill(sent::get);
            assertThat(receiver.texts()).hasSizeLessThan(400);
            assertThat(sent).hasValueLessThan(400);

            wire.near().resumeReading();
            texts.get(20, SECONDS);
            await().until(() -> receiver.texts().size() == 400);
            assertThat(receiver.texts().stream().map(String::strip))
                    .isEqualTo(
                            IntStream.range(0, 400).mapToObj(Integer::toString).toList());
        }
    }

    @Test
    default void readsOnNotOnTheThreadThatAsksForIt() throws Exception {
        RecordingReceiver receiver = new RecordingReceiver();
        try (Wire wire = open(receiver)) {
            wire.near().resumeReading();
            wire.near().pauseReading();
            wire.send("first");
            wire.send("second");
            Thread asking = Thread.currentThread();
            wire.near().resumeReading();
            await().until(() -> receiver.texts().size() == 2);
            assertThat(receiver.threads()).doesNotContain(asking);
        }
    }

    @Test
    default void endsWhileReadingIsPausedIfCut() throws Exception {
        RecordingReceiver receiver = new RecordingReceiver();
        try (Wire wire = open(receiver)) {
            wire.near().pauseReading();
            assertCutReturnsAtOnce(wire);
            receiver.awaitClosed();
            assertThat(receiver.closed().get(0).code()).isEqualTo(1006);
        }
    }

    private static void assertCutReturnsAtOnce(Wire wire) throws Exception {
        CompletableFuture<Long> took = new CompletableFuture<>();
        startThread(() -> {
            long before = System.nanoTime();
            wire.near().abort();
            took.complete(System.nanoTime() - before);
        });
        assertThat(Duration.ofNanos(took.get(10, SECONDS))).isLessThanOrEqualTo(Duration.ofSeconds(1));
    }

    private static void startThread(Runnable task) {
        Thread thread = new Thread(task, "contract");
        thread.setDaemon(true);
        thread.start();
    }

    /** Waits until a count hasn't changed for a while; returns it. */
    private static long standstill(LongSupplier count) {
        AtomicLong seen = new AtomicLong(-1);
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(300))
                .until(() -> {
                    long now = count.getAsLong();
                    return seen.getAndSet(now) == now;
                });
        return seen.get();
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            latch.await(10, SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
