package io.xywebsocket.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.engine.ManualClock;
import io.xywebsocket.transport.OutgoingMessage;
import io.xywebsocket.transport.Transport;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each MUST of RFC 6455 that concerns what a server does about pings, closes and ends, by its section; and what is ours. */
class WebSocketTransportTests {

    private static final Duration ALMOST = WebSocketTransport.CLOSE_WAIT.minusNanos(1);
    private static final Duration ONE = Duration.ofNanos(1);

    private final MemoryWire wire = new MemoryWire();
    private final ManualClock clock = new ManualClock();
    private final List<String> told = new ArrayList<>();
    private final WebSocketTransport transport = started(wire, null, new Engine());

    private Consumer<String> whenTold = news -> {};

    /** Notes what it is told, as lines such as "text hello". */
    private final class Engine implements Transport.Receiver {

        private void tell(String news) {
            told.add(news);
            whenTold.accept(news);
        }

        @Override
        public void onText(byte[] utf8, int offset, int length) {
            tell("text " + new String(utf8, offset, length, StandardCharsets.UTF_8));
        }

        @Override
        public void onPart(int length, int held) {
            tell("part " + length);
        }

        @Override
        public void onPing() {
            tell("ping");
        }

        @Override
        public void onPong() {
            tell("pong");
        }

        @Override
        public void onWritable() {
            tell("writable");
        }

        @Override
        public void onViolation(int code, String reason) {
            tell("violation " + code);
        }

        @Override
        public void onClosed(int code, String reason) {
            tell("closed " + code + " " + reason);
        }
    }

    private WebSocketTransport started(MemoryWire to, @Nullable PerMessageDeflate deflate, Engine engine) {
        WebSocketTransport made = new WebSocketTransport(to, clock, 1 << 20, deflate);
        to.transport = made;
        made.start(engine);
        return made;
    }

    private boolean send(String text, boolean last) throws IOException {
        return transport.send(OutgoingMessage.of(text), last);
    }

    private void receive(byte[]... frames) {
        transport.onBytes(ByteBuffer.wrap(ClientFrames.concat(frames)));
    }

    private static String xs(int length) {
        return "x".repeat(length);
    }

    // ---- messages

    @Test
    void writesMessagesThatFollowEachOtherAtOnce() throws IOException {
        assertThat(send("one", false)).isTrue();
        assertThat(send("two", false)).isTrue();
        assertThat(wire.writes).isEmpty();
        assertThat(send("", true)).isTrue();

        assertThat(wire.writes).hasSize(1);
        assertThat(wire.arrived()).containsExactly("text one", "text two", "text ");
    }

    @Test
    void holdsBackNoMoreThanABufferFull() throws IOException {
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            sent.add("text " + xs(i % 200) + i);
            assertThat(send(sent.get(i).substring(5), i == 999)).isTrue();
            assertThat(wire.written()).isGreaterThan(i * 90L - 2 * BufferPool.SIZE);
        }

        assertThat(wire.arrived()).isEqualTo(sent);
        assertThat(wire.writes).hasSizeBetween(6, 20);
    }

    @Test
    void copiesNoMoreOfALargeMessageThanItsBeginningAndItsEnd() throws IOException {
        OutgoingMessage large = OutgoingMessage.of(xs(300_000));
        send("first", false);
        transport.send(large, true);

        assertThat(wire.arrived()).containsExactly("text first", "text " + large.text());
        int copied = wire.writes.stream()
                .filter(write -> write.array() != large.array())
                .mapToInt(MemoryWire.Written::length)
                .sum();
        assertThat(copied).isLessThanOrEqualTo(2 * BufferPool.SIZE);
        assertThat(wire.writes).hasSizeLessThan(10);
    }

    @Test
    void saysNoOnceTheWireTakesNoMoreAndTellsOnceItDoes() throws IOException {
        wire.room = 3;
        assertThat(send("one", true)).isFalse();
        assertThat(send("two", false)).isFalse();
        assertThat(transport.ping()).isFalse();
        wire.take(1);
        assertThat(told).isEmpty();

        wire.takeAll();

        assertThat(told).containsExactly("writable");
        assertThat(wire.arrived()).containsExactly("text one", "ping ", "text two");
        assertThat(send("three", true)).isTrue();
        assertThat(told).hasSize(1);
    }

    @Test
    void tellsOfRoomOnlyOnceEverythingHasBeenWritten() throws IOException {
        wire.room = 0;
        assertThat(send(xs(200_000), true)).isFalse();
        while (wire.kept() > 0) {
            assertThat(told).isEmpty();
            wire.take(1000);
        }
        assertThat(told).containsExactly("writable");
    }

    @Test
    void leavesALargeMessageWhereItIsWhileTheOtherSideDoesNotRead() throws IOException {
        wire.room = 20_000;
        assertThat(send(xs(1 << 20), true)).isFalse();

        assertThat(wire.kept()).isLessThanOrEqualTo(64 << 10);
        assertThat(wire.writes).hasSizeLessThanOrEqualTo(2);
        wire.takeAll();
        assertThat(wire.arrived()).containsExactly("text " + xs(1 << 20));
    }

    @Test
    void saysHowMuchTheOtherSideHasTaken() throws IOException {
        wire.room = 100;
        send(xs(1000), true);
        assertThat(transport.progress()).isEqualTo(100);
        wire.take(1);
        assertThat(transport.progress()).isEqualTo(101);
    }

    @Test
    void compressesAMessageOnceForAll() throws IOException {
        PerMessageDeflate deflate = PerMessageDeflate.negotiate(List.of("permessage-deflate"));
        MemoryWire one = new MemoryWire();
        MemoryWire two = new MemoryWire();
        OutgoingMessage message = OutgoingMessage.of(xs(5_000));
        started(one, deflate, new Engine()).send(message, true);
        started(two, deflate, new Engine()).send(message, true);

        assertThat(one.bytes()).isEqualTo(two.bytes()).hasSizeLessThan(100);
        assertThat(ReadFrames.read(false, 1 << 20, deflate, one.bytes())).containsExactly("text " + xs(5_000));
        byte[] form = message.compressed(again -> new byte[0]);
        assertThat(one.bytes()).endsWith(form);
    }

    @Test
    void sendsAsItIsWhatCompressionDoesNotShorten() throws IOException {
        PerMessageDeflate deflate = PerMessageDeflate.negotiate(List.of("permessage-deflate"));
        MemoryWire to = new MemoryWire();
        started(to, deflate, new Engine()).send(OutgoingMessage.of("short"), true);

        assertThat(to.arrived()).containsExactly("text short");
    }

    // ---- pings

    @Test
    void section5_5_2_answersPingsInTheirOrderWithOneWriteForThoseThatCameTogether() {
        receive(ClientFrames.ping("a"), ClientFrames.ping("b"), ClientFrames.text("hello"), ClientFrames.ping("c"));

        assertThat(told).containsExactly("ping", "ping", "text hello", "ping");
        assertThat(wire.bytes())
                .isEqualTo(ClientFrames.concat(
                        FrameWriter.pong(ClientFrames.utf8("a")),
                        FrameWriter.pong(ClientFrames.utf8("b")),
                        FrameWriter.pong(ClientFrames.utf8("c"))));
        assertThat(wire.writes).hasSize(1);
    }

    @Test
    void answersAPingWhileMessagesAreHeldBack() throws IOException {
        send("one", false);
        receive(ClientFrames.ping(""));
        send("two", true);

        assertThat(wire.arrived()).containsExactlyInAnyOrder("pong", "text one", "text two");
    }

    @Test
    void section5_5_2_answersAPingBehindTheMessageThatIsBeingWrittenAndBeforeTheNext() throws IOException {
        wire.room = 10;
        send(xs(100_000), false);
        send("next", true);
        receive(ClientFrames.ping("now"));
        wire.takeAll();

        assertThat(wire.arrived()).containsExactly("text " + xs(100_000), "pong", "text next");
    }

    @Test
    void section5_5_3_keepsNoMorePongsForWhoDoesNotReadThanSome() throws IOException {
        wire.room = 0;
        send("one", true);
        for (int i = 0; i < 10_000; i++) {
            receive(ClientFrames.ping("ping " + i));
        }
        wire.takeAll();

        assertThat(wire.arrived()).hasSizeLessThanOrEqualTo(66);
        assertThat(wire.bytes()).endsWith(FrameWriter.pong(ClientFrames.utf8("ping 9999")));
    }

    @Test
    void pingsWithWhatWasHeldBack() throws IOException {
        send("one", false);
        assertThat(transport.ping()).isTrue();

        assertThat(wire.arrived()).containsExactlyInAnyOrder("ping ", "text one");
        receive(ClientFrames.frame(ClientFrames.FIN | Opcodes.PONG, new byte[0]));
        assertThat(told).containsExactly("pong");
    }

    // ---- our close

    @Test
    void section7_1_1_closesBehindWhatWasSentAndEndsOnceTheAnswerHasCome() throws IOException {
        send("one", false);
        transport.close(4001, "enough");
        assertThat(wire.arrived()).containsExactly("text one", "close 4001 enough");
        assertThat(told).isEmpty();
        assertThat(wire.ended).isFalse();

        receive(ClientFrames.close(4001, "enough"));

        assertThat(wire.ended).isTrue();
        assertThat(told).containsExactly("closed 4001 enough");
        assertThat(clock.size()).isZero();
    }

    @Test
    void tellsOfRoomThatThereWasBeforeItKnewWhom() throws IOException {
        MemoryWire early = new MemoryWire();
        early.room = 0;
        WebSocketTransport opening = new WebSocketTransport(early, clock, 1 << 20, null);
        early.transport = opening;
        assertThat(opening.send(OutgoingMessage.of("first"), true)).isFalse();
        early.takeAll();
        opening.start(new Engine());

        assertThat(told).containsExactly("writable");
        assertThat(early.arrived()).containsExactly("text first");
    }

    @Test
    void section5_5_1_takesNothingMoreOnceItIsClosed() throws IOException {
        transport.close(1000, "");

        assertThatThrownBy(() -> send("late", true)).isInstanceOf(IOException.class);
        assertThatThrownBy(transport::ping).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> transport.close(1000, "")).isInstanceOf(IOException.class);
        receive(ClientFrames.ping("late"));
        assertThat(wire.bytes()).isEqualTo(FrameWriter.close(1000, ""));
    }

    @Test
    void whoeverSendsAfterTheOthersGoodbyeCutsNothingShort() throws IOException {
        wire.room = 3;
        send("under way", true);
        receive(ClientFrames.close(1000, ""));
        assertThat(send("late", true)).isFalse();
        assertThat(transport.ping()).isFalse();
        transport.close(1001, "late");
        wire.takeAll();

        assertThat(wire.arrived()).containsExactly("text under way", "close 1000 ");
        assertThat(told).containsExactly("closed 1000 ");
    }

    @Test
    void section7_1_2_hearsWhatComesBeforeTheAnswer() throws IOException {
        transport.close(1000, "");
        receive(ClientFrames.text("under way"), ClientFrames.close(1000, ""));

        assertThat(told).containsExactly("text under way", "closed 1000 ");
    }

    @Test
    void section7_1_1_waitsNotLongForTheAnswer() throws IOException {
        transport.close(1000, "");
        clock.advance(ALMOST);
        assertThat(wire.aborted).isFalse();

        clock.advance(ONE);

        assertThat(wire.aborted).isTrue();
        assertThat(told).containsExactly("closed 1006 ");
    }

    @Test
    void waitsForTheAnswerFromWhenTheCloseFrameHasGoneOut() throws IOException {
        wire.room = 1;
        transport.close(1000, "");
        clock.advance(Duration.ofMinutes(1));
        assertThat(wire.aborted).isFalse(); // what nobody takes is the engine's to end

        wire.takeAll();
        clock.advance(ALMOST);
        assertThat(wire.aborted).isFalse();
        clock.advance(ONE);
        assertThat(wire.aborted).isTrue();
    }

    @Test
    void readsOnToSeeTheAnswer() throws IOException {
        transport.pauseReading();
        assertThat(wire.suspended).isTrue();
        transport.close(1000, "");
        assertThat(wire.suspended).isFalse();
        transport.pauseReading();
        assertThat(wire.suspended).isFalse();
    }

    @Test
    void endsIfTheOtherSideEndsInsteadOfAnAnswer() throws IOException {
        transport.close(1000, "");
        transport.onEndOfInput();

        assertThat(wire.ended).isTrue();
        assertThat(told).containsExactly("closed 1006 ");
        assertThat(clock.size()).isZero();
    }

    // ---- the other side's close

    @Test
    void section5_5_1_answersACloseBehindWhatWasSentAndEnds() throws IOException {
        send("one", false);
        receive(ClientFrames.text("last"), ClientFrames.close(4002, "bye \u00e9"), ClientFrames.text("too late"));

        assertThat(wire.arrived()).containsExactly("text one", "close 4002 bye \u00e9");
        assertThat(wire.ended).isTrue();
        assertThat(told).containsExactly("text last", "closed 4002 bye \u00e9");
        assertThat(clock.size()).isZero();
        assertThatThrownBy(() -> send("late", true)).isInstanceOf(IOException.class);
    }

    @Test
    void section5_5_1_answersACloseWithoutACodeWithoutOne() {
        receive(ClientFrames.frame(ClientFrames.FIN | Opcodes.CLOSE, new byte[0]));

        assertThat(wire.bytes()).isEqualTo(FrameWriter.close());
        assertThat(told).containsExactly("closed 1005 ");
    }

    @Test
    void section5_5_1_sendsOneCloseFrameThoughBothSidesClose() throws IOException {
        wire.room = 1;
        transport.close(4001, "mine");
        receive(ClientFrames.close(4002, "theirs"));
        assertThat(wire.ended).isFalse();
        wire.takeAll();

        assertThat(wire.bytes()).isEqualTo(FrameWriter.close(4001, "mine"));
        assertThat(wire.ended).isTrue();
        assertThat(told).containsExactly("closed 4002 theirs");
    }

    @Test
    void section7_1_1_waitsNotLongForWhoClosesAndThenTakesNothing() throws IOException {
        wire.room = 10;
        send(xs(1000), true);
        receive(ClientFrames.close(1000, ""));
        assertThat(told).containsExactly("closed 1000 ");
        clock.advance(ALMOST);
        assertThat(wire.aborted).isFalse();

        clock.advance(ONE);

        assertThat(wire.aborted).isTrue();
        assertThat(told).hasSize(1);
    }

    @Test
    void section7_1_1_waitsNoLongerForWhoClosesAndThenTakesAByteNowAndThen() throws IOException {
        wire.room = 10;
        send(xs(1000), true);
        receive(ClientFrames.close(1000, ""));
        for (int i = 0; i < 15; i++) {
            assertThat(wire.aborted).isFalse();
            clock.advance(Duration.ofMillis(100));
            wire.take(1);
        }

        assertThat(wire.aborted).isTrue();
        assertThat(clock.size()).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void waitsLongerForWhoEndsItsDirectionOnlyAndReadsOnButNotForEver(boolean weHaveClosed) throws IOException {
        wire.room = 10;
        send(xs(1000), true);
        if (weHaveClosed) {
            transport.close(1000, "");
        }
        transport.onEndOfInput();
        for (int i = 0; i < 5; i++) {
            clock.advance(WebSocketTransport.CLOSE_WAIT.minusMillis(1));
            wire.take(1);
            clock.advance(Duration.ofMillis(1));
            assertThat(wire.aborted).isFalse();
        }
        clock.advance(WebSocketTransport.CLOSE_WAIT.minusMillis(1));
        wire.take(1);
        clock.advance(Duration.ofMillis(1));

        assertThat(wire.aborted).isTrue();
        assertThat(clock.size()).isZero();
    }

    @Test
    void section7_1_1_waitsNoLongerForTheAnswerOfWhoGoesOnSending() throws IOException {
        transport.close(1000, "");
        for (int i = 0; i < 15; i++) {
            assertThat(wire.aborted).isFalse();
            clock.advance(Duration.ofMillis(100));
            receive(ClientFrames.text("more"), ClientFrames.ping(""));
        }

        assertThat(wire.aborted).isTrue();
        assertThat(told).last().isEqualTo("closed 1006 ");
    }

    @Test
    void section5_5_1_owesWhoClosesAndDoesNotReadNoMoreThanTheFrameThatHasBegunAndTheCloseFrame() throws IOException {
        wire.room = 10;
        send(xs(100_000), false);
        send("next", false);
        transport.ping();
        receive(ClientFrames.ping("p"), ClientFrames.close(1000, "bye"));
        wire.takeAll();

        assertThat(wire.arrived()).containsExactly("text " + xs(100_000), "close 1000 bye");
        assertThat(wire.ended).isTrue();
    }

    @Test
    void section5_5_1_lettingGoOfWhatIsNotOwedWaitsUntilTheOtherSideDoesNotRead() throws IOException {
        send("first", false);
        send(xs(100_000), false); // which is written, and the wire has room
        send("second", false);
        wire.room = 20_000;
        send(xs(50_000), false);
        receive(ClientFrames.close(1000, "bye"));
        wire.takeAll();

        assertThat(wire.arrived())
                .containsExactly(
                        "text first", "text " + xs(100_000), "text second", "text " + xs(50_000), "close 1000 bye");
    }

    @Test
    void section5_5_1_whoClosesIsLetGoOfWhatItDoesNotRead() throws IOException {
        wire.room = 0;
        send("begun", true);
        OutgoingMessage large = OutgoingMessage.of(xs(1 << 20));
        WeakReference<OutgoingMessage> waiting = new WeakReference<>(large);
        transport.send(large, true);
        large = null;
        receive(ClientFrames.close(1000, "bye"));

        await().until(() -> {
            System.gc();
            return waiting.get() == null;
        });
        assertThat(wire.aborted).isFalse();
    }

    // ---- other ends

    @Test
    void section6_1_breaksNoFrameOffWhenTheOtherSideSendsNoMore() throws IOException {
        wire.room = 10;
        send(xs(100_000), false);
        send("next", false);
        transport.onEndOfInput();
        assertThat(told).containsExactly("closed 1006 ");
        assertThat(wire.ended).isFalse();

        wire.takeAll();

        assertThat(wire.arrived()).containsExactly("text " + xs(100_000), "text next");
        assertThat(wire.ended).isTrue();
        assertThat(told).hasSize(1);
        assertThat(clock.size()).isZero();
    }

    @Test
    void endsAtOnceWhenTheOtherSideSendsNoMoreAndNothingIsUnderWay() {
        transport.onEndOfInput();

        assertThat(wire.ended).isTrue();
        assertThat(told).containsExactly("closed 1006 ");
    }

    @Test
    void section7_1_7_tellsOfAViolationAndHearsNothingBehindIt() {
        whenTold = news -> {
            if (news.startsWith("violation")) {
                close(1002);
            }
        };
        byte[] unmasked = ClientFrames.unmasked(ClientFrames.FIN | Opcodes.TEXT, ClientFrames.utf8("no"));
        receive(ClientFrames.text("yes"), unmasked, ClientFrames.text("late"), ClientFrames.close(1000, ""));
        receive(ClientFrames.text("later"));

        assertThat(told).containsExactly("text yes", "violation 1002");
        assertThat(wire.arrived()).containsExactly("close 1002 ");
        clock.advance(WebSocketTransport.CLOSE_WAIT);
        assertThat(told).last().isEqualTo("closed 1006 ");
        assertThat(wire.aborted).isTrue();
    }

    private void close(int code) {
        try {
            transport.close(code, "");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void isCutAtOnceWhateverIsUnderWay() throws IOException {
        wire.room = 10;
        send(xs(100_000), true);
        transport.abort();

        assertThat(wire.aborted).isTrue();
        assertThat(told).containsExactly("closed 1006 ");
        assertThatThrownBy(() -> send("late", true)).isInstanceOf(IOException.class);
    }

    @Test
    void failsASendThatCanNotBeWrittenAndTellsOfTheEndOnceItIsCut() {
        wire.failure = new IOException("broken pipe");
        assertThatThrownBy(() -> send("one", true)).isSameAs(wire.failure);
        assertThat(wire.aborted).isTrue();
        assertThat(told).isEmpty();

        transport.abort();
        transport.abort();

        assertThat(told).containsExactly("closed 1006 ");
    }

    @Test
    void tellsOfTheEndIfWhatWasLeftCanNotBeWritten() throws IOException {
        wire.room = 1;
        send(xs(100_000), true);
        wire.failure = new IOException("broken pipe");
        wire.takeAll();

        assertThat(told).containsExactly("closed 1006 ");
        assertThat(wire.aborted).isTrue();
    }

    @Test
    void tellsOfTheEndIfAPongCanNotBeWritten() {
        wire.failure = new IOException("broken pipe");
        receive(ClientFrames.ping(""));

        assertThat(told).containsExactly("ping", "closed 1006 ");
    }

    @Test
    void tellsOfTheEndWhenNothingElseIsBeingTold() {
        whenTold = news -> {
            whenTold = more -> {};
            transport.abort();
            assertThat(told).containsExactly("text one");
        };
        receive(ClientFrames.text("one"));

        assertThat(told).containsExactly("text one", "closed 1006 ");
    }

    @Test
    void tellsNothingAfterTheEnd() throws IOException {
        wire.room = 1;
        send("one", true);
        transport.abort();
        transport.onWritable();
        receive(ClientFrames.text("late"), ClientFrames.close(1000, ""));
        transport.onEndOfInput();
        transport.onError(new IOException("closed"));
        clock.advance(Duration.ofMinutes(1));

        assertThat(told).containsExactly("closed 1006 ");
        assertThat(wire.ended).isFalse();
    }

    @Test
    void isCutWhenTheContainerSaysThatItIsBroken() {
        transport.onError(new IOException("reset"));

        assertThat(wire.aborted).isTrue();
        assertThat(told).containsExactly("closed 1006 ");
    }

    @Test
    void isCutIfTheEngineFails() {
        whenTold = news -> {
            whenTold = more -> {};
            throw new IllegalStateException("a fault of ours");
        };
        receive(ClientFrames.text("one"), ClientFrames.text("two"));

        assertThat(wire.aborted).isTrue();
        assertThat(told).containsExactly("text one", "closed 1006 ");
    }

    @Test
    void tellsOfAnEndBeforeThereWasAReceiver() {
        MemoryWire to = new MemoryWire();
        WebSocketTransport early = new WebSocketTransport(to, clock, 1 << 20, null);
        early.abort();
        assertThat(to.aborted).isTrue();
        early.start(new Engine());

        assertThat(told).containsExactly("closed 1006 ");
    }

    // ---- reading

    @Test
    void readsMessagesThatComeInPieces() {
        byte[] frames = ClientFrames.concat(
                ClientFrames.text("one"), ClientFrames.fragmented(Opcodes.TEXT, ClientFrames.utf8("twotwo"), 3));
        for (byte each : frames) {
            transport.onBytes(ByteBuffer.wrap(new byte[] {each}));
        }
        assertThat(told.stream().filter(news -> !news.startsWith("part"))).containsExactly("text one", "text twotwo");
    }

    @Test
    void keepsNothingOnceWhatArrivesIsNotWanted() {
        byte[] frames = ClientFrames.fragmented(Opcodes.TEXT, ClientFrames.utf8("twotwo"), 3);
        transport.onBytes(ByteBuffer.wrap(Arrays.copyOf(frames, 9)));
        transport.discardIncoming();
        transport.onBytes(ByteBuffer.wrap(Arrays.copyOfRange(frames, 9, frames.length)));
        receive(ClientFrames.text("more"), ClientFrames.ping(""), ClientFrames.close(1000, ""));

        assertThat(told).doesNotContain("text twotwo", "text more").endsWith("ping", "closed 1000 ");
    }

    @Test
    void pausesAndReadsOn() {
        transport.pauseReading();
        assertThat(wire.suspended).isTrue();
        transport.resumeReading();
        assertThat(wire.suspended).isFalse();
    }
}
