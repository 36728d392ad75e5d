package io.xywebsocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.protocol.JsonBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OutboundTests implements Outbound.Owner {

    private final RecordingTransport transport = new RecordingTransport();
    private final ExecutorService writers = Executors.newCachedThreadPool();
    private final Outbound outbound = new Outbound(transport, writers, queue(), this);
    private final AtomicInteger room = new AtomicInteger();
    private final List<Exception> failures = new ArrayList<>();

    @AfterEach
    void endTheWriters() {
        transport.letGo();
        writers.shutdownNow();
    }

    @Override
    public void pinged() {}

    @Override
    public void roomToSend() {
        room.incrementAndGet();
    }

    @Override
    public synchronized void writeFailed(Exception cause) {
        failures.add(cause);
    }

    private static Outbound.Offer latest(Outbound outbound, String key, int bytes) {
        return outbound.send(frame(key.repeat(bytes)), new LatestKey("price", key));
    }

    private static SendQueue queue() {
        return new SendQueue(100, XySlowPeerPolicy.DROP_PEER, new Counters());
    }

    private static EncodedFrame frame(String text) {
        return EncodedFrame.of(new JsonBuffer().append(text), EncodedFrame.Kind.EVENT);
    }

    private void holdAWrite() {
        transport.hold();
        outbound.send(frame("held"));
        await().until(transport::isHolding);
    }

    @Test
    void writesAllThereIsAndFlushesOnce() {
        outbound.add(frame("a"));
        outbound.add(frame("b"));
        outbound.add(frame("c"));
        assertThat(transport.written()).isEmpty();
        outbound.drain();
        assertThat(transport.written()).containsExactly("a,", "b,", "c.");
    }

    @Test
    void neverWritesOnTheSendersThreadAndNeverWithTwoWriters() {
        holdAWrite();
        for (int i = 0; i < 20; i++) {
            assertThat(outbound.send(frame("" + i % 10))).isEqualTo(Outbound.Offer.QUEUED);
            outbound.drain();
        }
        transport.letGo();
        await().until(() -> transport.written().size() == 21);
    }

    @Test
    void countsWhatIsBeingWrittenAsQueued() {
        holdAWrite();
        assertThat(outbound.send(frame("x".repeat(96)))).isEqualTo(Outbound.Offer.QUEUED);
        assertThat(outbound.send(frame("x"))).isEqualTo(Outbound.Offer.FULL);
        transport.letGo();
        await().until(() -> outbound.progress() < 0);
        assertThat(outbound.send(frame("x".repeat(100)))).isEqualTo(Outbound.Offer.QUEUED);
    }

    @ParameterizedTest
    @EnumSource
    void theLastWriteFlushesWhateverCameDuringTheOneBefore(XySlowPeerPolicy policy) {
        Outbound slow = new Outbound(transport, writers, new SendQueue(100, policy, new Counters()), this);
        transport.hold();
        slow.send(frame("held"));
        await().until(transport::isHolding);
        latest(slow, "y", 5);
        latest(slow, "x", 5);
        latest(slow, "y", 250);
        transport.letOneGo();
        await().until(() -> transport.written().size() == 1 && transport.isHolding());
        latest(slow, "x", 10);
        transport.letGo();
        await().until(() -> slow.progress() < 0);
        assertThat(transport.written()).hasSize(3).startsWith("held.", "y".repeat(250) + ",");
        assertThat(transport.written().get(2)).matches("x+\\.");
    }

    @Test
    void countsBytesOfUtf8() {
        holdAWrite();
        assertThat(outbound.send(frame("\u20ac".repeat(31)))).isEqualTo(Outbound.Offer.QUEUED);
        assertThat(outbound.send(frame("\u20ac"))).isEqualTo(Outbound.Offer.QUEUED);
        assertThat(outbound.send(frame("x"))).isEqualTo(Outbound.Offer.FULL);
    }

    @Test
    void aMessageLargerThanTheBoundMayFollowASmallOne() {
        holdAWrite();
        assertThat(outbound.send(frame("x".repeat(1000)))).isEqualTo(Outbound.Offer.QUEUED);
        assertThat(outbound.send(frame("x"))).isEqualTo(Outbound.Offer.FULL);
    }

    @Test
    void aPingGoesAheadOfQueuedText() {
        holdAWrite();
        outbound.send(frame("a"));
        outbound.send(frame("b"));
        outbound.ping();
        transport.letGo();
        await().until(() -> transport.written().equals(List.of("held.", "ping", "a,", "b.")));
    }

    @Test
    void aCloseComesAfterAllTextAndNothingComesAfterIt() {
        holdAWrite();
        outbound.send(frame("a"));
        outbound.close(1000, "bye");
        assertThat(outbound.send(frame("b"))).isEqualTo(Outbound.Offer.CLOSED);
        outbound.close(1001, "again");
        transport.letGo();
        await().until(() -> transport.written().size() == 3);
        outbound.ping();
        outbound.schedule();
        outbound.drain();
        await().until(() -> outbound.progress() < 0);
        assertThat(transport.written()).containsExactly("held.", "a.", "close 1000 bye");
    }

    @Test
    void nothingOfWhatWasDroppedIsWritten() {
        holdAWrite();
        outbound.send(frame("a"));
        outbound.ping();
        outbound.drop();
        outbound.close(1000, "");
        assertThat(outbound.add(frame("b"))).isEqualTo(Outbound.Offer.CLOSED);
        transport.letGo();
        await().until(() -> outbound.progress() < 0);
        assertThat(transport.written()).containsExactly("held.");
    }

    @Test
    void tellsOfAFailedWrite() {
        transport.cut();
        outbound.send(frame("a"));
        await().until(() -> {
            synchronized (this) {
                return failures.size() == 1;
            }
        });
    }

    @Test
    void aWriterThatIsRefusedIsAFailedWriteAndNotTheSendersException() {
        Outbound refused = new Outbound(
                transport,
                task -> {
                    throw new RejectedExecutionException();
                },
                queue(),
                this);
        assertThat(refused.send(frame("a"))).isEqualTo(Outbound.Offer.QUEUED);
        assertThat(failures).hasSize(1);
    }

    @Test
    void tellsOfRoomToThoseWhoFoundItCrowded() {
        assertThat(outbound.isCrowded()).isFalse();
        holdAWrite();
        outbound.send(frame("x".repeat(30)));
        assertThat(outbound.isCrowded()).isFalse();
        outbound.send(frame("x".repeat(30)));
        assertThat(outbound.isCrowded()).isTrue();
        assertThat(room).hasValue(0);
        transport.letGo();
        await().until(() -> room.get() == 1 && outbound.progress() < 0);
        assertThat(outbound.isCrowded()).isFalse();
    }
}
