package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XySlowPeerPolicy;
import io.xywebsocket.protocol.JsonBuffer;
import io.xywebsocket.transport.OutgoingMessage;
import io.xywebsocket.transport.Transport;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OutboundTests implements Outbound.Owner {

    private final RecordingTransport transport = new RecordingTransport();
    private final ExecutorService writers = Executors.newCachedThreadPool();
    private final Outbound outbound = new Outbound(transport, writers, queue(), this);
    private final AtomicInteger pings = new AtomicInteger();
    private final AtomicInteger room = new AtomicInteger();
    private final List<Throwable> failures = new ArrayList<>();

    @BeforeEach
    void tellOfRoom() {
        transport.whenWritable(outbound::onWritable);
    }

    @AfterEach
    void endTheWriters() {
        transport.letGo();
        writers.shutdownNow();
    }

    @Override
    public void onPinged() {
        pings.incrementAndGet();
    }

    @Override
    public void onRoomToSend() {
        room.incrementAndGet();
    }

    @Override
    public synchronized void onWriteFailed(Throwable cause) {
        failures.add(cause);
    }

    private static Outbound.Offer latest(Outbound outbound, String key, int bytes) {
        return outbound.send(frame(key.repeat(bytes)), new LatestKey("price", key));
    }

    private static SendQueue queue() {
        return new SendQueue(100, XySlowPeerPolicy.DROP_PEER, new Counters());
    }

    private static EncodedFrame frame(String text) {
        return EncodedFrame.of(new JsonBuffer().append(text), EncodedFrame.Kind.EVENT, null);
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
        assertThat(transport.written()).containsExactly("held.");
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
        transport.whenWritable(slow::onWritable);
        transport.hold();
        slow.send(frame("held"));
        await().until(transport::isHolding);
        latest(slow, "y", 5);
        latest(slow, "x", 5);
        latest(slow, "y", 250);
        transport.letOneGo();
        await().until(() -> transport.written().size() == 2 && transport.isHolding());
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
        outbound.discard();
        outbound.close(1000, "");
        assertThat(outbound.add(frame("b"))).isEqualTo(Outbound.Offer.CLOSED);
        transport.letGo();
        await().until(() -> outbound.progress() < 0);
        assertThat(transport.written()).containsExactly("held.");
    }

    @Test
    void tellsOfAFailedWrite() {
        transport.abort();
        outbound.send(frame("a"));
        await().until(() -> {
            synchronized (this) {
                return failures.size() == 1;
            }
        });
    }

    /** A transport that is full with each message, and says at some moment of the test's that it has room. */
    private final class Full implements Transport {

        private final List<String> written = new ArrayList<>();
        private final Runnable duringWrite;

        Full(Runnable duringWrite) {
            this.duringWrite = duringWrite;
        }

        @Override
        public boolean send(OutgoingMessage message, boolean last) {
            written.add(message.text());
            duringWrite.run();
            return false;
        }

        @Override
        public boolean ping() {
            return false;
        }

        @Override
        public void close(int code, String reason) {
            written.add("close " + code);
        }

        @Override
        public void abort() {}

        @Override
        public void pauseReading() {}

        @Override
        public void resumeReading() {}

        @Override
        public long progress() {
            return 0;
        }
    }

    @Test
    void roomThatIsToldOfBeforeTheWriteHasReturnedIsNotForgotten() {
        AtomicReference<Outbound> sending = new AtomicReference<>();
        Full full = new Full(() -> sending.get().onWritable());
        Outbound all = new Outbound(full, Runnable::run, queue(), this);
        sending.set(all);
        all.add(frame("a"));
        all.add(frame("b"));
        all.add(frame("c"));
        all.drain();
        assertThat(full.written).containsExactly("a", "b", "c");
        assertThat(all.progress()).isNegative();
    }

    @Test
    void roomThatNobodyAskedForChangesNothing() {
        Full full = new Full(() -> {});
        Outbound all = new Outbound(full, Runnable::run, queue(), this);
        all.onWritable();
        all.add(frame("a"));
        all.onWritable();
        all.add(frame("b"));
        all.drain();
        assertThat(full.written).containsExactly("a");
        all.drain();
        all.schedule();
        all.ping();
        assertThat(full.written).containsExactly("a");
        all.onWritable(); // the ping goes first, and it is full again
        assertThat(full.written).containsExactly("a");
        all.onWritable();
        assertThat(full.written).containsExactly("a", "b");
        assertThat(all.bytes()).isEqualTo(1);
        all.onWritable();
        all.onWritable();
        assertThat(all.bytes()).isZero();
        assertThat(all.progress()).isNegative();
    }

    @Test
    void aPingIsOnItsWayOnceTheTransportHasRoomAgain() {
        transport.hold();
        outbound.ping();
        await().until(transport::isHolding);
        assertThat(pings).hasValue(0);
        transport.letGo();
        await().until(() -> pings.get() == 1);
        outbound.ping();
        await().until(() -> pings.get() == 2);
    }

    @Test
    void theCloseFrameWaitsForRoom() {
        Full full = new Full(() -> {});
        Outbound all = new Outbound(full, Runnable::run, queue(), this);
        all.send(frame("a"));
        all.send(frame("b"));
        all.close(1000, "");
        assertThat(full.written).containsExactly("a");
        assertThat(all.progress()).isZero();
        all.onWritable();
        assertThat(full.written).containsExactly("a", "b");
        all.onWritable();
        assertThat(full.written).containsExactly("a", "b", "close 1000");
        all.onWritable();
        assertThat(full.written).hasSize(3);
    }

    @Test
    void whatIsDroppedCountsNoLongerThoughTheTransportIsFullForEver() {
        Full full = new Full(() -> {});
        Outbound all = new Outbound(full, Runnable::run, queue(), this);
        all.send(frame("a"));
        all.send(frame("b"));
        all.discard();
        assertThat(all.bytes()).isZero();
        all.onWritable();
        assertThat(full.written).containsExactly("a");
    }

    @Test
    void whatIsDroppedDuringAWriteCountsNoLongerThoughTheTransportIsFullForEver() {
        AtomicReference<Outbound> sending = new AtomicReference<>();
        Full full = new Full(() -> sending.get().discard());
        Outbound all = new Outbound(full, Runnable::run, queue(), this);
        sending.set(all);
        all.send(frame("a"));
        assertThat(all.bytes()).isZero();
    }

    @Test
    void aWriterGoesToTheNextPeerThoughTheOneNeverPauses() {
        Queue<Runnable> called = new ArrayDeque<>();
        RecordingTransport others = new RecordingTransport();
        Outbound endless = new Outbound(
                transport, called::add, new SendQueue(9999, XySlowPeerPolicy.DROP_PEER, new Counters()), this);
        Outbound other = new Outbound(others, called::add, queue(), this);
        for (int i = 0; i < 1000; i++) {
            endless.send(frame("a"));
        }
        other.send(frame("b"));
        called.remove().run();
        assertThat(transport.written()).hasSizeLessThan(1000).last().isEqualTo("a.");
        called.remove().run();
        assertThat(others.written()).containsExactly("b.");
        for (Runnable next; (next = called.poll()) != null; ) {
            next.run();
        }
        assertThat(transport.written()).hasSize(1000);
    }

    @Test
    void anErrorInAWriteEndsTheConnectionAndIsNotHidden() {
        Full full = new Full(() -> {
            throw new StackOverflowError("as the test wants it");
        });
        Outbound failing = new Outbound(full, Runnable::run, queue(), this);
        assertThatThrownBy(() -> failing.send(frame("a"))).isInstanceOf(StackOverflowError.class);
        assertThat(failures).hasSize(1);
        assertThat(failing.bytes()).isZero();
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
