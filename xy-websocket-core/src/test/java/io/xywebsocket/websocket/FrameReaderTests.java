package io.xywebsocket.websocket;

import static io.xywebsocket.websocket.ClientFrames.FIN;
import static io.xywebsocket.websocket.ClientFrames.RSV1;
import static io.xywebsocket.websocket.ClientFrames.RSV2;
import static io.xywebsocket.websocket.ClientFrames.RSV3;
import static io.xywebsocket.websocket.ClientFrames.concat;
import static io.xywebsocket.websocket.ClientFrames.frame;
import static io.xywebsocket.websocket.ClientFrames.header;
import static io.xywebsocket.websocket.ClientFrames.hex;
import static io.xywebsocket.websocket.ClientFrames.text;
import static io.xywebsocket.websocket.ClientFrames.utf8;
import static io.xywebsocket.websocket.ReadFrames.feed;
import static io.xywebsocket.websocket.ReadFrames.readByServer;
import static io.xywebsocket.websocket.ReadFrames.readCompressed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each MUST of RFC 6455 that concerns what a server reads, by its section; and what is ours: limits, parts, memory. */
class FrameReaderTests {

    private static final byte[] NOTHING = {};
    private static final int TEXT = Opcodes.TEXT;
    private static final int MORE = Opcodes.CONTINUATION;

    private final ReadFrames read = new ReadFrames();

    // ---- RFC 6455

    @Test
    void section5_1_anUnmaskedFrameOfAClientIsRefused() {
        assertThat(readByServer(ClientFrames.unmasked(FIN | TEXT, utf8("hello"))))
                .containsExactly("refused 1002");
        assertThat(readByServer(ClientFrames.unmasked(FIN | Opcodes.PING, NOTHING)))
                .containsExactly("refused 1002");
        assertThat(readByServer(ClientFrames.unmasked(FIN | Opcodes.CLOSE, NOTHING)))
                .containsExactly("refused 1002");
        assertThat(readByServer(frame(TEXT, utf8("a")), ClientFrames.unmasked(FIN | MORE, NOTHING)))
                .containsExactly("refused 1002");
    }

    @Test
    void section5_1_aMaskedFrameOfAServerIsRefused() {
        assertThat(ReadFrames.read(false, 100, null, text("hello"))).containsExactly("refused 1002");
        assertThat(ReadFrames.read(false, 100, null, ClientFrames.unmasked(FIN | TEXT, utf8("hello"))))
                .containsExactly("text hello");
    }

    @ParameterizedTest
    @ValueSource(ints = {RSV1, RSV2, RSV3, RSV1 | RSV2, RSV1 | RSV3, RSV2 | RSV3, RSV1 | RSV2 | RSV3})
    void section5_2_aReservedBitThatNoExtensionDefinesIsRefused(int bits) {
        for (int opcode : new int[] {TEXT, Opcodes.BINARY, Opcodes.CLOSE, Opcodes.PING, Opcodes.PONG}) {
            assertThat(readByServer(text("before"), frame(FIN | bits | opcode, utf8("ab")), text("behind")))
                    .containsExactly("text before", "refused 1002");
        }
        assertThat(readByServer(frame(TEXT, utf8("a")), frame(FIN | bits | MORE, utf8("b"))))
                .containsExactly("refused 1002");
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5, 6, 7, 11, 12, 13, 14, 15})
    void section5_2_anUnknownOpcodeIsRefused(int opcode) {
        assertThat(readByServer(text("before"), frame(FIN | opcode, NOTHING), text("behind")))
                .containsExactly("text before", "refused 1002");
        assertThat(readByServer(frame(FIN | opcode, utf8("payload")))).containsExactly("refused 1002");
        assertThat(readByServer(frame(opcode, utf8("payload")))).containsExactly("refused 1002");
        assertThat(readByServer(frame(TEXT, utf8("a")), frame(FIN | opcode, NOTHING)))
                .containsExactly("refused 1002");
    }

    @ParameterizedTest
    @CsvSource({"0,2", "125,2", "0,8", "125,8", "126,8", "65535,8"})
    void section5_2_aLengthInMoreBytesThanItNeedsIsRefused(int length, int size) {
        assertThat(readByServer(header(FIN | TEXT, length, size, true), new byte[length]))
                .containsExactly("refused 1002");
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, Long.MIN_VALUE + 70_000})
    void section5_2_aLengthWithItsHighestBitSetIsRefused(long length) {
        assertThat(readByServer(header(FIN | TEXT, length, 8, true))).containsExactly("refused 1002");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 9, 124, 125, 126, 127, 128, 65535, 65536, 65537})
    void section5_2_everyWayToWriteALengthIsRead(int length) {
        String text = "x".repeat(length);
        assertThat(readByServer(text(text), text("next"))).containsExactly("text " + text, "text next");
    }

    @Test
    void section5_3_whatIsMaskedIsUnmaskedWhereverItIsCut() {
        for (int length = 0; length < 40; length++) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < length; i++) {
                text.append((char) ('a' + i % 26));
            }
            for (int key : new int[] {0, -1, 1, 0x01020304, 0x80000000, 0xdeadbeef}) {
                byte[] frame = concat(
                        new byte[] {(byte) (FIN | TEXT), (byte) (0x80 | length)},
                        ByteBuffer.allocate(4).putInt(key).array(),
                        ClientFrames.masked(utf8(text.toString()), key));
                assertThat(readByServer(frame, frame)).containsExactly("text " + text, "text " + text);
            }
        }
    }

    @Test
    void section5_4_fragmentsAreOneMessage() {
        assertThat(readByServer(frame(TEXT, utf8("a")), frame(MORE, utf8("bc")), frame(FIN | MORE, utf8("d"))))
                .containsExactly("text abcd");
    }

    @Test
    void section5_4_fragmentsMayBeEmpty() {
        byte[] none = frame(MORE, NOTHING);
        byte[] end = frame(FIN | MORE, NOTHING);
        assertThat(readByServer(frame(TEXT, NOTHING), none, end)).containsExactly("text ");
        assertThat(readByServer(frame(TEXT, NOTHING), none, frame(MORE, utf8("a")), none, end))
                .containsExactly("text a");
        assertThat(readByServer(frame(TEXT, NOTHING), frame(FIN | MORE, utf8("a"))))
                .containsExactly("text a");
    }

    @Test
    void section5_4_controlFramesMayStandBetweenFragments() {
        assertThat(readByServer(
                        frame(TEXT, utf8("a")),
                        ClientFrames.ping("p"),
                        frame(MORE, utf8("b")),
                        frame(FIN | Opcodes.PONG, utf8("q")),
                        frame(FIN | MORE, utf8("c")),
                        ClientFrames.ping("")))
                .containsExactly("ping p", "pong", "text abc", "ping ");
        assertThat(readByServer(frame(TEXT, utf8("a")), ClientFrames.close(1001, "gone"), frame(FIN | MORE, NOTHING)))
                .containsExactly("close 1001 gone");
    }

    @ParameterizedTest
    @ValueSource(ints = {TEXT, FIN | TEXT, Opcodes.BINARY, FIN | Opcodes.BINARY})
    void section5_4_aMessageInsideAnotherIsRefused(int first) {
        assertThat(readByServer(frame(TEXT, utf8("a")), frame(first, utf8("b"))))
                .containsExactly("refused 1002");
        assertThat(readByServer(frame(TEXT, NOTHING), frame(first, NOTHING))).containsExactly("refused 1002");
    }

    @ParameterizedTest
    @ValueSource(ints = {MORE, FIN | MORE})
    void section5_4_aContinuationOfNoMessageIsRefused(int first) {
        assertThat(readByServer(frame(first, utf8("a")))).containsExactly("refused 1002");
        assertThat(readByServer(text("whole"), frame(first, NOTHING))).containsExactly("text whole", "refused 1002");
        assertThat(readByServer(frame(TEXT, utf8("a")), frame(FIN | MORE, utf8("b")), frame(first, utf8("c"))))
                .containsExactly("text ab", "refused 1002");
    }

    @ParameterizedTest
    @ValueSource(ints = {Opcodes.CLOSE, Opcodes.PING, Opcodes.PONG})
    void section5_5_aFragmentedControlFrameIsRefused(int opcode) {
        assertThat(readByServer(frame(opcode, NOTHING))).containsExactly("refused 1002");
        assertThat(readByServer(frame(opcode, utf8("ab")), frame(FIN | MORE, utf8("c"))))
                .containsExactly("refused 1002");
    }

    @ParameterizedTest
    @ValueSource(ints = {Opcodes.CLOSE, Opcodes.PING, Opcodes.PONG})
    void section5_5_aControlFrameLongerThan125IsRefused(int opcode) {
        assertThat(readByServer(frame(FIN | opcode, new byte[126]))).containsExactly("refused 1002");
        assertThat(readByServer(frame(FIN | opcode, new byte[70_000]))).containsExactly("refused 1002");
        assertThat(readByServer(header(FIN | opcode, 10, 2, true))).containsExactly("refused 1002");
        assertThat(readByServer(header(FIN | opcode, 10, 8, true))).containsExactly("refused 1002");
    }

    @Test
    void section5_5_aControlFrameMayHave125Bytes() {
        String data = "d".repeat(125);
        assertThat(readByServer(ClientFrames.ping(data), frame(FIN | Opcodes.PONG, utf8(data))))
                .containsExactly("ping " + data, "pong");
        assertThat(readByServer(ClientFrames.close(1000, "r".repeat(123))))
                .containsExactly("close 1000 " + "r".repeat(123));
    }

    @Test
    void section5_5_1_nothingIsHeardAfterACloseFrame() {
        assertThat(readByServer(ClientFrames.close(1000, "bye"), text("late"), ClientFrames.ping("late")))
                .containsExactly("close 1000 bye");
        assertThat(readByServer(ClientFrames.close(1000, ""), frame(FIN | 15, NOTHING)))
                .containsExactly("close 1000 ");
    }

    @Test
    void section5_5_1_aCloseFrameWithHalfACodeIsRefused() {
        assertThat(readByServer(frame(FIN | Opcodes.CLOSE, new byte[] {3}))).containsExactly("refused 1002");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ff", "c3", "c080", "eda080", "f4908080", "6f6be282"})
    void section5_5_1_aCloseFrameWhoseReasonIsNoUtf8IsRefused(String reason) {
        assertThat(readByServer(frame(FIN | Opcodes.CLOSE, concat(hex("03e8"), hex(reason)))))
                .containsExactly("refused 1007");
    }

    @Test
    void section5_5_1_aReasonMayHaveAnyCharacter() {
        assertThat(readByServer(ClientFrames.close(4000, "grüße €😀"))).containsExactly("close 4000 grüße €😀");
    }

    @Test
    void section5_5_2_aPingIsHandedOverWithItsData() {
        byte[] data = new byte[125];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) (i * 7 + 128); // any bytes will do
        }
        List<byte[]> pings = new ArrayList<>();
        FrameReader reader = new FrameReader(true, 10, null, new Told() {
            @Override
            public void ping(byte[] data) {
                pings.add(data);
            }
        });
        feed(reader, frame(FIN | Opcodes.PING, data));
        for (byte b : frame(FIN | Opcodes.PING, data)) {
            feed(reader, new byte[] {b});
        }
        assertThat(pings).hasSize(2).allSatisfy(ping -> assertThat(ping).isEqualTo(data));
    }

    @Test
    void section5_5_3_aPongThatNobodyAskedForIsFine() {
        assertThat(readByServer(frame(FIN | Opcodes.PONG, utf8("hello")), text("next")))
                .containsExactly("pong", "text next");
    }

    @Test
    void section5_6_aCharacterMayBeCutByFragments() {
        byte[] text = utf8("é€😀");
        for (int size = 1; size < text.length; size++) {
            assertThat(readByServer(ClientFrames.fragmented(TEXT, text, size))).containsExactly("text é€😀");
        }
    }

    @Test
    void section5_6_aBinaryMessageIsRefusedAsUnsupported() {
        assertThat(readByServer(frame(FIN | Opcodes.BINARY, utf8("a")))).containsExactly("refused 1003");
        assertThat(readByServer(frame(Opcodes.BINARY, NOTHING))).containsExactly("refused 1003");
        assertThat(readByServer(header(FIN | Opcodes.BINARY, Long.MAX_VALUE, 8, true)))
                .containsExactly("refused 1003");
        assertThat(readCompressed(frame(FIN | RSV1 | Opcodes.BINARY, utf8("a"))))
                .containsExactly("refused 1003");
    }

    @Test
    void section5_7_theExamplesAreRead() {
        assertThat(readByServer(hex("81 85 37 fa 21 3d 7f 9f 4d 51 58"))).containsExactly("text Hello");
        assertThat(readByServer(hex("8a 85 37 fa 21 3d 7f 9f 4d 51 58"))).containsExactly("pong");
        assertThat(ReadFrames.read(false, 100, null, hex("81 05 48 65 6c 6c 6f")))
                .containsExactly("text Hello");
        assertThat(ReadFrames.read(false, 100, null, hex("01 03 48 65 6c 80 02 6c 6f")))
                .containsExactly("text Hello");
        assertThat(ReadFrames.read(false, 100, null, hex("89 05 48 65 6c 6c 6f")))
                .containsExactly("ping Hello");
    }

    @Test
    void section7_1_5_aCloseFrameWithoutACodeIs1005() {
        assertThat(readByServer(frame(FIN | Opcodes.CLOSE, NOTHING))).containsExactly("close 1005 ");
    }

    @ParameterizedTest
    @ValueSource(
            ints = {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999})
    void section7_4_aCodeThatMayBeSentIsHandedOver(int code) {
        assertThat(readByServer(ClientFrames.close(code, "why"))).containsExactly("close " + code + " why");
        assertThat(readByServer(ClientFrames.close(code, ""))).containsExactly("close " + code + " ");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 32768, 65535})
    void section7_4_aCodeThatMayNotBeSentIsRefused(int code) {
        assertThat(readByServer(ClientFrames.close(code, "why"))).containsExactly("refused 1002");
        assertThat(readByServer(ClientFrames.close(code, ""))).containsExactly("refused 1002");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "80",
                "bf",
                "ff",
                "fe",
                "c0",
                "c080",
                "c1bf",
                "c3",
                "c328",
                "e0",
                "e09fbf",
                "e08080",
                "e282",
                "e228a1",
                "e28228",
                "eda080",
                "edbfbf",
                "edadbfedbebf",
                "f0",
                "f08080af",
                "f08fbfbf",
                "f09f98",
                "f09f9828",
                "f4908080",
                "f5808080",
                "f8888080",
                "fc848080"
            })
    void section8_1_textThatIsNoUtf8IsRefused(String bytes) {
        for (String before : List.of("", "a", "1234567", "12345678", "123456789", "é")) {
            byte[] text = concat(utf8(before), hex(bytes));
            assertThat(readByServer(frame(FIN | TEXT, text), text("next"))).containsExactly("refused 1007");
            for (int size = 1; size < text.length; size++) {
                assertThat(readByServer(ClientFrames.fragmented(TEXT, text, size)))
                        .containsExactly("refused 1007");
            }
            assertThat(readByServer(frame(TEXT, text), frame(FIN | MORE, NOTHING)))
                    .containsExactly("refused 1007");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\0",
                "\u007f",
                "\u0080",
                "\u07ff",
                "\u0800",
                "\ud7ff",
                "\ue000",
                "\ufdd0",
                "\ufffe",
                "\uffff",
                "\ufeff",
                "\ud800\udc00",
                "\ud83f\udffe",
                "\udbff\udfff",
                "Hello-µ@ßöäüàá-UTF-8!!",
                "κόσμε",
                "日本語",
                "a\u0301"
            })
    void section8_1_textOfAnyCharacterIsRead(String text) {
        for (String around : List.of("", "a", "1234567", "12345678", "123456789")) {
            byte[] bytes = utf8(around + text + around);
            assertThat(readByServer(frame(FIN | TEXT, bytes))).containsExactly("text " + around + text + around);
            for (int size = 1; size < bytes.length; size++) {
                assertThat(readByServer(ClientFrames.fragmented(TEXT, bytes, size)))
                        .containsExactly("text " + around + text + around);
            }
        }
    }

    @Test
    void section8_1_textIsRefusedAsSoonAsItCanNotBecomeUtf8() {
        FrameReader reader = new FrameReader(true, 100, null, read);
        feed(reader, concat(header(TEXT, 10), ClientFrames.masked(hex("6162ed"), ClientFrames.KEY)));
        assertThat(read.told).isEmpty();
        feed(reader, maskedAt(3, 0xa0));
        assertThat(read.told).containsExactly("refused 1007");
    }

    private static byte[] maskedAt(int index, int value) {
        byte[] payload = new byte[index + 1];
        payload[index] = (byte) value;
        return new byte[] {ClientFrames.masked(payload, ClientFrames.KEY)[index]};
    }

    @Test
    void section10_4_aMessageMayBeAsLargeAsTheLimit() {
        assertThat(ReadFrames.read(true, 10, null, text("0123456789"))).containsExactly("text 0123456789");
        assertThat(ReadFrames.read(true, 10, null, ClientFrames.fragmented(TEXT, utf8("0123456789"), 3)))
                .containsExactly("text 0123456789");
        assertThat(ReadFrames.read(true, 10, null, concat(text("0123456789"), text("0123456789"))))
                .containsExactly("text 0123456789", "text 0123456789");
    }

    @Test
    void section10_4_aLargerMessageIsRefusedWhenItsLengthIsAnnounced() {
        for (long length : new long[] {11, 200, 70_000, Integer.MAX_VALUE, 1L << 32, Long.MAX_VALUE}) {
            ReadFrames seen = new ReadFrames();
            byte[] header = header(FIN | TEXT, length);
            feed(new FrameReader(true, 10, null, seen), Arrays.copyOf(header, header.length - 4));
            assertThat(seen.told).containsExactly("refused 1009");
            assertThat(seen.reason).isEqualTo("message larger than 10 bytes");
        }
        assertThat(ReadFrames.read(true, 10, null, concat(frame(TEXT, utf8("01234567")), header(MORE, 3))))
                .containsExactly("refused 1009");
        assertThat(ReadFrames.read(true, 10, null, concat(frame(TEXT, utf8("0")), header(MORE, Long.MAX_VALUE))))
                .containsExactly("refused 1009");
    }

    // ---- how the messages are handed over

    @Test
    void aMessageThatIsWholeInTheBufferIsHandedOverWhereItIs() {
        byte[] bytes = concat(text("first"), text("zweitë"));
        List<String> told = new ArrayList<>();
        new FrameReader(true, 100, null, new Told() {
                    @Override
                    public void text(byte[] array, int offset, int length) {
                        assertThat(array).isSameAs(bytes);
                        told.add(new String(array, offset, length, StandardCharsets.UTF_8));
                    }
                })
                .read(ByteBuffer.wrap(bytes));
        assertThat(told).containsExactly("first", "zweitë");
    }

    @Test
    void aMessageThatIsWholeInTheBufferAllocatesNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        byte[] frames = concat(text("{\"e\":\"c.name\",\"p\":{}}"), text("größer"), frame(FIN | Opcodes.PONG, NOTHING));
        byte[] copy = frames.clone();
        ByteBuffer buffer = ByteBuffer.wrap(copy);
        FrameReader reader = new FrameReader(true, 100, null, new Told());
        long before = 0;
        for (int i = 0; i < 20_000; i++) {
            if (i == 10_000) { // by then all is linked
                before = threads.getCurrentThreadAllocatedBytes();
            }
            System.arraycopy(frames, 0, copy, 0, frames.length);
            reader.read(buffer.clear());
        }
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(10_000);
    }

    @Test
    void partsAreToldAsTheyCome() {
        FrameReader reader = new FrameReader(true, 1000, null, read);
        byte[] frame = frame(TEXT, utf8("0123456789"));
        feed(reader, Arrays.copyOf(frame, 6)); // a header alone is no part
        assertThat(read.parts).isEmpty();
        feed(reader, Arrays.copyOfRange(frame, 6, 9));
        feed(reader, Arrays.copyOfRange(frame, 9, 16));
        feed(reader, frame(MORE, NOTHING));
        feed(reader, concat(frame(MORE, utf8("x")), ClientFrames.ping("p"), frame(FIN | MORE, utf8("y"))));
        assertThat(read.parts).containsExactly("3", "7", "0", "1");
        assertThat(read.told).containsExactly("ping p", "text 0123456789xy");
    }

    @Test
    void aMessageThatIsWholeHasNoParts() {
        feed(new FrameReader(true, 1000, null, read), concat(text("a"), text(""), text("b")));
        assertThat(read.parts).isEmpty();
    }

    @Test
    void noMoreIsHeldThanTwiceWhatHasCome() {
        FrameReader reader = new FrameReader(true, 1 << 20, null, read);
        feed(reader, concat(header(FIN | TEXT, 1 << 20), new byte[] {ClientFrames.KEY >> 24}));
        assertThat(read.held).isPositive().isLessThan(1000);
        read.held = 0;
        byte[] fragment = frame(MORE, new byte[10_000]);
        FrameReader fragments = new FrameReader(true, 50_000, null, read);
        feed(fragments, frame(TEXT, new byte[10_000]));
        assertThat(read.held).isBetween(10_000, 20_000);
        for (int i = 0; i < 4; i++) {
            feed(fragments, fragment);
            assertThat(read.held).isBetween(10_000, 50_000);
        }
        feed(fragments, frame(FIN | MORE, NOTHING));
        assertThat(read.told).hasSize(1);
    }

    @Test
    void twentyThousandFragmentsOfOneByteAreOneMessage() {
        String text = "é".repeat(10_000);
        byte[] frames = ClientFrames.fragmented(TEXT, utf8(text), 1);
        feed(new FrameReader(true, 1 << 20, null, read), frames);
        assertThat(read.told).containsExactly("text " + text);
        assertThat(read.parts).hasSize(19_999);
    }

    @Test
    void anIdleReaderKeepsNoBytesOfWhatWasCut() throws Exception {
        FrameReader reader = new FrameReader(true, 1 << 20, null, read);
        byte[] frames = concat(
                ClientFrames.fragmented(TEXT, utf8("x".repeat(5000)), 100),
                ClientFrames.ping("p".repeat(100)),
                text("y".repeat(300)));
        for (byte b : frames) {
            feed(reader, new byte[] {b});
        }
        assertThat(read.told).hasSize(3);
        for (String field : List.of("header", "control")) {
            assertThat(reader).extracting(field).isNull();
        }
        assertThat(reader).extracting("partial.bytes").isEqualTo(NOTHING);
    }

    @Test
    void whatIsDiscardedIsLetGoAtOnce() {
        FrameReader reader = new FrameReader(true, 1 << 20, null, read);
        feed(reader, frame(TEXT, new byte[10_000]));
        assertThat(reader).extracting("partial.bytes").isNotEqualTo(NOTHING);
        reader.discard();
        assertThat(reader).extracting("partial.bytes").isEqualTo(NOTHING);
    }

    @Test
    void fragmentsAreNotCopiedAgainForEachThatComes() {
        PartialMessage message = new PartialMessage();
        int copies = 0;
        int held = 0;
        for (int i = 0; i < 1_000_000; i++) {
            int now = message.add(new byte[] {1}, 0, 1, 1 << 20);
            copies += now == held ? 0 : 1;
            held = now;
        }
        assertThat(copies).isLessThan(20);
    }

    @Test
    void whatIsDiscardedIsNotKeptAndControlFramesStillCount() {
        FrameReader reader = new FrameReader(true, 100, null, read);
        feed(reader, concat(frame(TEXT, utf8("begun")), header(MORE, 10)));
        reader.discard();
        feed(reader, new byte[10]);
        feed(reader, concat(ClientFrames.ping("p"), frame(FIN | MORE, hex("ff")), text("whole")));
        feed(reader, concat(header(TEXT, 70_000), new byte[70_000], frame(FIN | Opcodes.PONG, NOTHING)));
        feed(reader, concat(frame(FIN | MORE, NOTHING), ClientFrames.close(1000, "bye")));
        assertThat(read.told).containsExactly("ping p", "pong", "close 1000 bye");
        assertThat(read.parts).containsExactly("5");
    }

    @Test
    void whatBreaksTheFramingIsRefusedThoughAllIsDiscarded() {
        FrameReader reader = new FrameReader(true, 100, null, read);
        reader.discard();
        feed(reader, concat(text("whole"), frame(FIN | MORE, NOTHING)));
        assertThat(read.told).containsExactly("refused 1002");
    }

    @Test
    void aReaderIsToldOnceAndTakesTheRestUnseen() {
        FrameReader reader = new FrameReader(true, 100, null, read);
        feed(reader, frame(FIN | 3, NOTHING));
        feed(reader, concat(text("late"), frame(FIN | 4, NOTHING)));
        feed(reader, NOTHING);
        assertThat(read.told).containsExactly("refused 1002");
    }

    @Test
    void aReaderWhoseSinkThrowsGoesOnWithTheNextBuffer() {
        List<String> told = new ArrayList<>();
        FrameReader reader = new FrameReader(true, 100, null, new Told() {
            @Override
            public void text(byte[] bytes, int offset, int length) {
                told.add(new String(bytes, offset, length, StandardCharsets.UTF_8));
                throw new IllegalStateException("test");
            }
        });
        byte[] fragments = ClientFrames.fragmented(TEXT, utf8("é€"), 2);
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> feed(reader, fragments)).hasMessage("test");
        }
        assertThat(told).containsExactly("é€", "é€");
    }

    static class Told implements FrameReader.Sink {

        @Override
        public void text(byte[] bytes, int offset, int length) {}

        @Override
        public void part(int length, int held) {}

        @Override
        public void ping(byte[] data) {}

        @Override
        public void pong() {}

        @Override
        public void close(int code, String reason) {}

        @Override
        public void violation(int code, String reason) {}
    }
}
