package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.xywebsocket.XySlowPeerPolicy;
import io.xywebsocket.engine.EncodedFrame.Kind;
import io.xywebsocket.engine.Outbound.Offer;
import io.xywebsocket.protocol.JsonBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SendQueueTests {

    private static final int LIMIT = 100;

    private final Counters counters = new Counters();

    private SendQueue queue(XySlowPeerPolicy policy) {
        return new SendQueue(LIMIT, policy, counters);
    }

    /** A frame of 50 bytes that begins with this name. */
    private static EncodedFrame half(String name, Kind kind) {
        return frame(name, 50, kind);
    }

    private static EncodedFrame frame(String name, int bytes, Kind kind) {
        return EncodedFrame.of(new JsonBuffer().append(name + ".".repeat(bytes - name.length())), kind, null);
    }

    private static Offer event(SendQueue queue, String name) {
        return queue.add(half(name, Kind.EVENT), null);
    }

    private static Offer call(SendQueue queue, String name) {
        return queue.add(half(name, Kind.OTHER), null);
    }

    private static Offer answer(SendQueue queue, String name) {
        return queue.add(half(name, Kind.ANSWER), null);
    }

    private static Offer latest(SendQueue queue, String key, String name) {
        return queue.add(half(name, Kind.EVENT), new LatestKey("price", key));
    }

    private static @Nullable String write(SendQueue queue) {
        EncodedFrame frame = queue.poll();
        queue.written();
        return frame == null ? null : frame.message().text().replace(".", "");
    }

    private static List<String> writeAll(SendQueue queue) {
        List<String> written = new ArrayList<>();
        for (String next; (next = write(queue)) != null; ) {
            written.add(next);
        }
        assertThat(queue.bytes()).isZero();
        assertThat(queue.isEmpty()).isTrue();
        return written;
    }

    @Test
    void aFullQueueIsTheEndOfThePeerUnlessThePolicySaysOtherwise() {
        SendQueue queue = queue(XySlowPeerPolicy.DROP_PEER);
        event(queue, "a");
        call(queue, "b");
        assertThat(event(queue, "c")).isEqualTo(Offer.FULL);
        assertThat(call(queue, "d")).isEqualTo(Offer.FULL);
        assertThat(writeAll(queue)).containsExactly("a", "b");
        assertThat(counters.droppedEvents.sum()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void answersHaveRoomAndTakeNone(XySlowPeerPolicy policy) {
        SendQueue queue = queue(policy);
        for (int i = 0; i < 10; i++) {
            assertThat(answer(queue, "a" + i)).isEqualTo(Offer.QUEUED);
        }
        assertThat(event(queue, "e")).isEqualTo(Offer.QUEUED);
        assertThat(call(queue, "c")).isEqualTo(Offer.QUEUED);
        assertThat(queue.bytes()).isEqualTo(600);
        assertThat(queue.isCrowded()).isTrue();
        assertThat(writeAll(queue)).hasSize(12).endsWith("a9", "e", "c");
        assertThat(queue.isCrowded()).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void answersAreBoundedInBytes(XySlowPeerPolicy policy) {
        SendQueue queue = queue(policy);
        for (int i = 0; i < 32; i++) {
            assertThat(answer(queue, "a" + i)).isEqualTo(Offer.QUEUED);
        }
        assertThat(queue.bytes()).isEqualTo(16 * LIMIT);
        assertThat(answer(queue, "a32")).isEqualTo(Offer.FULL);
        assertThat(event(queue, "e")).isEqualTo(Offer.QUEUED);
        write(queue);
        assertThat(answer(queue, "a33")).isEqualTo(Offer.QUEUED);
    }

    @Test
    void theNewestEventIsLost() {
        SendQueue queue = queue(XySlowPeerPolicy.DROP_NEWEST);
        assertThat(event(queue, "a")).isEqualTo(Offer.QUEUED);
        assertThat(event(queue, "b")).isEqualTo(Offer.QUEUED);
        assertThat(event(queue, "c")).isEqualTo(Offer.DISCARDED);
        assertThat(write(queue)).isEqualTo("a");
        assertThat(event(queue, "d")).isEqualTo(Offer.QUEUED);
        assertThat(event(queue, "e")).isEqualTo(Offer.DISCARDED);
        assertThat(writeAll(queue)).containsExactly("b", "d");
        assertThat(counters.droppedEvents.sum()).isEqualTo(2);
    }

    @Test
    void theOldestEventsAreLostButNotWhatIsBeingWritten() {
        SendQueue queue = queue(XySlowPeerPolicy.DROP_OLDEST);
        event(queue, "a");
        queue.poll();
        event(queue, "b");
        event(queue, "c");
        assertThat(event(queue, "d")).isEqualTo(Offer.QUEUED_DISPLACING);
        assertThat(event(queue, "e")).isEqualTo(Offer.QUEUED_DISPLACING);
        assertThat(queue.bytes()).isEqualTo(150);
        queue.written();
        assertThat(writeAll(queue)).containsExactly("d", "e");
        assertThat(counters.droppedEvents.sum()).isEqualTo(2);
    }

    @Test
    void asManyOldEventsAreLostAsTheNewOneNeeds() {
        SendQueue queue = queue(XySlowPeerPolicy.DROP_OLDEST);
        for (int i = 0; i < 9; i++) {
            queue.add(frame("" + i, 10, Kind.EVENT), null);
        }
        queue.add(frame("large", 60, Kind.EVENT), null);
        assertThat(queue.bytes()).isEqualTo(150);
        assertThat(queue.add(frame("last", 25, Kind.EVENT), null)).isEqualTo(Offer.QUEUED_DISPLACING);
        assertThat(counters.droppedEvents.sum()).isEqualTo(3);
        assertThat(writeAll(queue)).containsExactly("3", "4", "5", "6", "7", "8", "large", "last");
    }

    @Test
    void noMoreOldEventsAreLostThanItTakesToGetBelowTheBound() {
        SendQueue queue = queue(XySlowPeerPolicy.DROP_OLDEST);
        for (int i = 0; i < 10; i++) {
            queue.add(frame("" + i, 10, Kind.EVENT), null);
        }
        assertThat(queue.add(frame("large", 60, Kind.EVENT), null)).isEqualTo(Offer.QUEUED_DISPLACING);
        assertThat(writeAll(queue)).startsWith("1", "2").endsWith("9", "large").hasSize(10);
    }

    @Test
    void aSmallEventDoesNotUndoWhatReplacementsHaveFilled() {
        SendQueue queue = queue(XySlowPeerPolicy.DROP_OLDEST);
        for (int i = 0; i < 9; i++) {
            queue.add(frame("" + i, 10, Kind.EVENT), new LatestKey("price", "" + i));
        }
        for (int i = 0; i < 9; i++) {
            queue.add(frame("" + i, 20, Kind.EVENT), new LatestKey("price", "" + i));
        }
        assertThat(queue.bytes()).isEqualTo(180);
        assertThat(queue.add(frame("small", 10, Kind.EVENT), null)).isEqualTo(Offer.QUEUED_DISPLACING);
        assertThat(counters.droppedEvents.sum()).isEqualTo(1);
        assertThat(writeAll(queue)).containsExactly("1", "2", "3", "4", "5", "6", "7", "8", "small");
    }

    @Test
    void aLargeEventThatIsBeingWrittenDoesNotKeepOutTheNewest() {
        SendQueue queue = queue(XySlowPeerPolicy.DROP_OLDEST);
        queue.add(frame("large", 500, Kind.EVENT), null);
        queue.poll();
        assertThat(event(queue, "a")).isEqualTo(Offer.QUEUED);
        assertThat(event(queue, "b")).isEqualTo(Offer.QUEUED);
        assertThat(event(queue, "c")).isEqualTo(Offer.QUEUED_DISPLACING);
        queue.written();
        assertThat(writeAll(queue)).containsExactly("b", "c");
    }

    @Test
    void noEventIsLostInVain() {
        SendQueue queue = queue(XySlowPeerPolicy.DROP_OLDEST);
        event(queue, "a");
        call(queue, "b");
        call(queue, "c");
        assertThat(event(queue, "d")).isEqualTo(Offer.DISCARDED);
        assertThat(writeAll(queue)).containsExactly("a", "b", "c");
        assertThat(counters.droppedEvents.sum()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "DROP_PEER")
    void callsHaveTheBoundForThemselvesWhereEventsCanBeLost(XySlowPeerPolicy policy) {
        SendQueue queue = queue(policy);
        event(queue, "a");
        event(queue, "b");
        assertThat(queue.isCrowded()).isFalse();
        assertThat(call(queue, "c")).isEqualTo(Offer.QUEUED);
        assertThat(call(queue, "d")).isEqualTo(Offer.QUEUED);
        assertThat(queue.isCrowded()).isTrue();
        assertThat(queue.hasRoom()).isFalse();
        assertThat(call(queue, "e")).isEqualTo(Offer.FULL);
        assertThat(writeAll(queue)).containsExactly("a", "b", "c", "d");
        assertThat(queue.hasRoom()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void theLatestTakesThePlaceOfWhatWaits(XySlowPeerPolicy policy) {
        SendQueue queue = queue(policy);
        queue.add(frame("x1", 10, Kind.EVENT), new LatestKey("price", "x"));
        queue.add(frame("other", 10, Kind.EVENT), null);
        queue.add(frame("y1", 10, Kind.EVENT), new LatestKey("price", "y"));
        queue.add(frame("sale", 10, Kind.EVENT), new LatestKey("sale", "x"));
        assertThat(queue.add(frame("x2", 25, Kind.EVENT), new LatestKey("price", "x")))
                .isEqualTo(Offer.QUEUED);
        assertThat(queue.bytes()).isEqualTo(55);
        assertThat(counters.replacedEvents.sum()).isEqualTo(1);
        assertThat(writeAll(queue)).containsExactly("x2", "other", "y1", "sale");
    }

    @Test
    void whatIsBeingWrittenIsNotReplaced() {
        SendQueue queue = queue(XySlowPeerPolicy.DROP_PEER);
        latest(queue, "x", "x1");
        queue.poll();
        latest(queue, "x", "x2");
        latest(queue, "x", "x3");
        queue.written();
        assertThat(writeAll(queue)).containsExactly("x3");
    }

    @ParameterizedTest
    @EnumSource
    void aFullQueueReplacesStill(XySlowPeerPolicy policy) {
        SendQueue queue = queue(policy);
        event(queue, "a");
        latest(queue, "x", "x1");
        assertThat(latest(queue, "x", "x2")).isEqualTo(Offer.QUEUED);
        assertThat(queue.add(frame("x3", 51, Kind.EVENT), new LatestKey("price", "x")))
                .isEqualTo(Offer.QUEUED);
        assertThat(writeAll(queue)).containsExactly("a", "x3");
        assertThat(counters.droppedEvents.sum()).isZero();
    }

    /** Keys 0 to 8 have events of 10 bytes, then 0 and 1 have larger ones: 240 bytes. */
    private SendQueue inflated(XySlowPeerPolicy policy) {
        SendQueue queue = queue(policy);
        for (int i = 0; i < 9; i++) {
            queue.add(frame("" + i, 10, Kind.EVENT), new LatestKey("price", "" + i));
        }
        for (int i = 0; i < 2; i++) {
            assertThat(queue.add(frame("large" + i, 85, Kind.EVENT), new LatestKey("price", "" + i)))
                    .isEqualTo(Offer.QUEUED);
        }
        assertThat(queue.bytes()).isEqualTo(240);
        return queue;
    }

    @ParameterizedTest
    @EnumSource
    void replacementsFillTheQueueToTwiceItsBoundAndNoFurther(XySlowPeerPolicy policy) {
        SendQueue queue = inflated(policy);
        Offer offer = queue.add(frame("new5", 15, Kind.EVENT), new LatestKey("price", "5"));
        long dropped = counters.droppedEvents.sum();
        List<String> written = writeAll(queue);
        switch (policy) {
            case DROP_PEER -> {
                assertThat(offer).isEqualTo(Offer.FULL);
                assertThat(dropped).isZero();
                assertThat(written).containsExactly("large0", "large1", "2", "3", "4", "5", "6", "7", "8");
            }
            case DROP_NEWEST -> {
                assertThat(offer).isEqualTo(Offer.DISCARDED);
                assertThat(dropped).isEqualTo(1);
                assertThat(written).containsExactly("large0", "large1", "2", "3", "4", "5", "6", "7", "8");
            }
            case DROP_OLDEST -> {
                assertThat(offer).isEqualTo(Offer.QUEUED_DISPLACING);
                assertThat(dropped).isEqualTo(2);
                assertThat(written).containsExactly("large0", "large1", "4", "new5", "6", "7", "8");
            }
        }
    }

    @Test
    void aReplacementThatDisplacesWhatItReplacesIsQueuedAnew() {
        SendQueue queue = inflated(XySlowPeerPolicy.DROP_OLDEST);
        assertThat(queue.add(frame("new2", 15, Kind.EVENT), new LatestKey("price", "2")))
                .isEqualTo(Offer.QUEUED_DISPLACING);
        assertThat(counters.droppedEvents.sum()).isEqualTo(2);
        assertThat(counters.replacedEvents.sum()).isEqualTo(2);
        assertThat(writeAll(queue)).containsExactly("large0", "large1", "4", "5", "6", "7", "8", "new2");
    }

    @Test
    void theOldEventStaysIfThereIsNoRoomForItsReplacement() {
        SendQueue queue = queue(XySlowPeerPolicy.DROP_OLDEST);
        latest(queue, "x", "x1");
        queue.add(frame("large", 60, Kind.EVENT), null);
        queue.add(frame("call", 99, Kind.OTHER), null);
        call(queue, "call");
        assertThat(queue.add(frame("x2", 51, Kind.EVENT), new LatestKey("price", "x")))
                .isEqualTo(Offer.DISCARDED);
        assertThat(writeAll(queue)).containsExactly("x1", "large", "call", "call");
        assertThat(counters.droppedEvents.sum()).isEqualTo(1);
    }

    @Test
    void aReplacedEventIsAsNewAsItsReplacement() {
        SendQueue queue = queue(XySlowPeerPolicy.DROP_OLDEST);
        latest(queue, "x", "x1");
        event(queue, "a");
        latest(queue, "x", "x2");
        event(queue, "b");
        assertThat(writeAll(queue)).containsExactly("x2", "b");
        latest(queue, "x", "x3");
        event(queue, "c");
        event(queue, "d");
        latest(queue, "x", "x4");
        assertThat(writeAll(queue)).as("x3 was lost, and its key with it").containsExactly("d", "x4");
    }

    @Test
    void placesOfLostEventsDoNotPileUpBehindACall() {
        SendQueue queue = queue(XySlowPeerPolicy.DROP_OLDEST);
        call(queue, "call");
        for (int i = 0; i < 10_000; i++) {
            queue.add(frame("" + i, 10, Kind.EVENT), null);
        }
        assertThat(queue.kept()).isLessThan(200);
        assertThat(writeAll(queue)).containsExactly("call", "9995", "9996", "9997", "9998", "9999");
    }

    @ParameterizedTest
    @EnumSource
    void countsExactlyWhateverHappens(XySlowPeerPolicy policy) {
        Random random = new Random(7);
        SendQueue queue = queue(policy);
        long queued = 0;
        long written = 0;
        boolean more = false;
        for (int i = 0; i < 100_000; i++) {
            Kind kind = Kind.values()[random.nextInt(3)];
            LatestKey key =
                    kind == Kind.EVENT && random.nextBoolean() ? new LatestKey("k", "" + random.nextInt(5)) : null;
            switch (random.nextInt(5)) {
                case 0, 1 -> {
                    int bytes = 1 + random.nextInt(random.nextInt(10) == 0 ? 300 : 60);
                    Offer offer = queue.add(frame("", bytes, kind), key);
                    queued += offer.isQueued() ? 1 : 0;
                    queued += offer == Offer.DISCARDED ? 1 : 0; // and counted as dropped
                }
                case 2 -> queue.written();
                case 3 -> {
                    queue.written();
                    boolean any = queue.poll() != null;
                    assertThat(any || !more).as("what was announced follows").isTrue();
                    written += any ? 1 : 0;
                    more = !queue.isEmpty();
                }
                default -> {
                    if (random.nextInt(200) == 0) {
                        queue.written();
                        written += writeAll(queue).size();
                        more = false;
                    }
                }
            }
        }
        queue.written();
        written += writeAll(queue).size();
        assertThat(written + counters.droppedEvents.sum() + counters.replacedEvents.sum())
                .isEqualTo(queued);
        assertThat(queue.kept()).isZero();
        event(queue, "a");
        queue.poll();
        event(queue, "b");
        latest(queue, "x", "c");
        queue.clear();
        assertThat(queue.bytes()).as("of what is being written").isEqualTo(50);
        assertThat(queue.isEmpty()).isTrue();
        queue.written();
        assertThat(queue.bytes()).isZero();
    }
}
