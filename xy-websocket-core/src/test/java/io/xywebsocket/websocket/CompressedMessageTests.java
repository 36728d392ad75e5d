package io.xywebsocket.websocket;

import static io.xywebsocket.websocket.ClientFrames.FIN;
import static io.xywebsocket.websocket.ClientFrames.RSV1;
import static io.xywebsocket.websocket.ClientFrames.RSV2;
import static io.xywebsocket.websocket.ClientFrames.RSV3;
import static io.xywebsocket.websocket.ClientFrames.concat;
import static io.xywebsocket.websocket.ClientFrames.deflated;
import static io.xywebsocket.websocket.ClientFrames.finalBlock;
import static io.xywebsocket.websocket.ClientFrames.frame;
import static io.xywebsocket.websocket.ClientFrames.hex;
import static io.xywebsocket.websocket.ClientFrames.text;
import static io.xywebsocket.websocket.ClientFrames.utf8;
import static io.xywebsocket.websocket.ReadFrames.feed;
import static io.xywebsocket.websocket.ReadFrames.readCompressed;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each MUST of RFC 7692 §6 and §7.2 that concerns what a server reads, by its section, and limits. */
class CompressedMessageTests {

    private static final int COMPRESSED = RSV1 | Opcodes.TEXT;
    private static final byte[] EMPTY_FINAL_BLOCK = hex("0300");
    private static final PerMessageDeflate AGREED = PerMessageDeflate.negotiate(List.of("permessage-deflate"));

    private final ReadFrames read = new ReadFrames();

    private static byte[] compressed(byte[] deflated) {
        return frame(FIN | COMPRESSED, deflated);
    }

    private static String json(int length) {
        StringBuilder json = new StringBuilder();
        Random random = new Random(length);
        while (json.length() < length) {
            json.append("{\"id\":").append(random.nextInt()).append(",\"naïve\":true}");
        }
        return json.substring(0, length);
    }

    @Test
    void section6_messagesMayBeCompressedOrNotInTurn() {
        assertThat(readCompressed(text("plain"), compressed(deflated(utf8("packed"), 6)), text("plain"), text("")))
                .containsExactly("text plain", "text packed", "text plain", "text ");
    }

    @Test
    void section6_rsv1OfAContinuationIsRefused() {
        byte[] deflated = deflated(utf8("hello"), 6);
        byte[] first = Arrays.copyOf(deflated, 3);
        byte[] rest = Arrays.copyOfRange(deflated, 3, deflated.length);
        assertThat(readCompressed(frame(COMPRESSED, first), frame(FIN | Opcodes.CONTINUATION, rest)))
                .containsExactly("text hello");
        assertThat(readCompressed(frame(COMPRESSED, first), frame(FIN | RSV1 | Opcodes.CONTINUATION, rest)))
                .containsExactly("refused 1002");
        assertThat(readCompressed(frame(Opcodes.TEXT, utf8("ab")), frame(FIN | RSV1 | Opcodes.CONTINUATION, rest)))
                .containsExactly("refused 1002");
    }

    @ParameterizedTest
    @ValueSource(ints = {Opcodes.CLOSE, Opcodes.PING, Opcodes.PONG})
    void section6_rsv1OfAControlFrameIsRefused(int opcode) {
        assertThat(readCompressed(frame(FIN | RSV1 | opcode, new byte[0]))).containsExactly("refused 1002");
        assertThat(readCompressed(frame(COMPRESSED, new byte[0]), frame(FIN | RSV1 | opcode, new byte[0])))
                .containsExactly("refused 1002");
    }

    @ParameterizedTest
    @ValueSource(ints = {RSV2, RSV3, RSV2 | RSV3})
    void section6_theOtherReservedBitsAreRefused(int bits) {
        assertThat(readCompressed(frame(FIN | bits | Opcodes.TEXT, utf8("a")))).containsExactly("refused 1002");
        assertThat(readCompressed(frame(FIN | bits | COMPRESSED, deflated(utf8("a"), 6))))
                .containsExactly("refused 1002");
    }

    @Test
    void section6_1_fragmentsOfACompressedMessageAreOneMessageWithControlFramesBetween() {
        byte[] deflated = deflated(utf8(json(3000)), 6);
        for (int size : new int[] {1, 7, 256, deflated.length - 1}) {
            assertThat(readCompressed(ClientFrames.fragmented(COMPRESSED, deflated, size)))
                    .containsExactly("text " + json(3000));
        }
        assertThat(readCompressed(
                        frame(COMPRESSED, new byte[0]),
                        ClientFrames.ping("p"),
                        frame(Opcodes.CONTINUATION, deflated),
                        frame(FIN | Opcodes.CONTINUATION, new byte[0])))
                .containsExactly("ping p", "text " + json(3000));
    }

    @Test
    void section7_2_2_allLevelsAndSizesAreDecompressed() {
        for (int length : new int[] {0, 1, 5, 125, 126, 4096, 16_383, 16_384, 16_385, 65_535, 65_536, 200_000}) {
            for (int level : new int[] {Deflater.NO_COMPRESSION, Deflater.BEST_SPEED, Deflater.BEST_COMPRESSION}) {
                feed(new FrameReader(true, 1 << 20, AGREED, read), compressed(deflated(utf8(json(length)), level)));
                assertThat(read.told).containsExactly("text " + json(length));
                read.told.clear();
            }
        }
    }

    @Test
    void section7_2_3_1_aMessageInOneBlock() {
        assertThat(readCompressed(hexFrame("c1", "f2 48 cd c9 c9 07 00"))).containsExactly("text Hello");
        assertThat(readCompressed(hexFrame("41", "f2 48 cd"), hexFrame("80", "c9 c9 07 00")))
                .containsExactly("text Hello");
    }

    @Test
    void section7_2_3_2_aMessageThatRefersToTheOneBeforeIsRefusedAsNoContextIsTaken() {
        assertThat(readCompressed(
                        hexFrame("c1", "f2 48 cd c9 c9 07 00"),
                        hexFrame("c1", "f2 48 cd c9 c9 07 00"),
                        hexFrame("c1", "f2 00 11 00 00")))
                .containsExactly("text Hello", "text Hello", "refused 1007");
    }

    @Test
    void section7_2_3_3_aBlockThatIsNotCompressed() {
        assertThat(readCompressed(hexFrame("c1", "00 05 00 fa ff 48 65 6c 6c 6f 00")))
                .containsExactly("text Hello");
    }

    @Test
    void section7_2_3_3_storedBlocksOfAnyLengthAreOneMessage() {
        for (int length : new int[] {24_575, 24_576, 24_577, 65_535, 70_000, 500_000}) {
            byte[] frame = compressed(deflated(utf8("s".repeat(length)), Deflater.NO_COMPRESSION));
            FrameReader reader = new FrameReader(true, 1 << 20, AGREED, read);
            feed(reader, frame);
            for (int at = 0; at < frame.length; at += 8192) {
                feed(reader, Arrays.copyOfRange(frame, at, Math.min(frame.length, at + 8192)));
            }
            assertThat(read.told).containsExactly("text " + "s".repeat(length), "text " + "s".repeat(length));
            read.told.clear();
        }
    }

    @Test
    void section7_2_3_4_aBlockWithBfinalSet() {
        byte[] frame = hexFrame("c1", "f3 48 cd c9 c9 07 00 00");
        assertThat(readCompressed(frame, hexFrame("c1", "f2 48 cd c9 c9 07 00"), frame, text("x")))
                .containsExactly("text Hello", "text Hello", "text Hello", "text x");
    }

    @Test
    void section7_2_3_4_blocksMayFollowOneWithBfinalSet() {
        byte[] none = new byte[1];
        assertThat(readCompressed(compressed(concat(finalBlock(utf8("one")), finalBlock(utf8("two")), none))))
                .containsExactly("text onetwo");
        assertThat(readCompressed(compressed(concat(finalBlock(utf8("one")), deflated(utf8("two"), 6)))))
                .containsExactly("text onetwo");
        assertThat(readCompressed(compressed(
                        concat(EMPTY_FINAL_BLOCK, EMPTY_FINAL_BLOCK, deflated(utf8("x"), 6), hex("0000ffff"), none))))
                .containsExactly("text x");
        assertThat(readCompressed(compressed(concat(finalBlock(utf8(json(100_000))), deflated(utf8("end"), 6)))))
                .containsExactly("text " + json(100_000) + "end");
    }

    @Test
    void section7_2_3_4_whatFollowsABlockWithBfinalSetMayReferToWhatCameBefore() {
        assertThat(readCompressed(compressed(concat(hex("f2 48 cd c9 c9 07 00 00 00 ff ff"), copyOfFive()))))
                .as("without BFINAL")
                .containsExactly("text HelloHello");
        assertThat(readCompressed(compressed(concat(hex("f3 48 cd c9 c9 07 00"), copyOfFive()))))
                .as("with BFINAL")
                .containsExactly("text HelloHello");
    }

    /** A block that copies five bytes from five bytes before, made of what a compressor with a dictionary makes of "Hello". */
    private static byte[] copyOfFive() {
        Deflater deflater = new Deflater(6, true);
        try {
            deflater.setDictionary(utf8("Hello"));
            deflater.setInput(utf8("Hello"));
            byte[] output = new byte[100];
            int length = deflater.deflate(output, 0, output.length, Deflater.SYNC_FLUSH);
            return Arrays.copyOf(output, length - 4);
        } finally {
            deflater.end();
        }
    }

    @Test
    void section7_2_3_4_aMessageThatEndsInAFinalBlockWithoutWhatShouldFollowIsStillAMessage() {
        assertThat(readCompressed(compressed(finalBlock(utf8("hello"))), text("next")))
                .containsExactly("text hello", "text next");
    }

    @Test
    void section7_2_3_5_aMessageInTwoBlocks() {
        assertThat(readCompressed(hexFrame("c1", "f2 48 05 00 00 00 ff ff ca c9 c9 07 00")))
                .containsExactly("text Hello");
    }

    @Test
    void section7_2_3_6_anEmptyMessage() {
        assertThat(readCompressed(hexFrame("c1", "00"), text("next"))).containsExactly("text ", "text next");
        assertThat(readCompressed(hexFrame("c1", ""), text("next"))).containsExactly("text ", "text next");
    }

    private static byte[] hexFrame(String first, String payload) {
        return frame(hex(first)[0], hex(payload));
    }

    @Test
    void section7_2_2_whatIsNoDeflateDataIsRefused() {
        for (String payload :
                List.of("ff", "06", "07ffff", "f248cdc9c9", "00 05 00 fa ff 48 65", "00 05 00 00 00 41")) {
            assertThat(readCompressed(compressed(hex(payload)), text("next")))
                    .as(payload)
                    .containsExactly("refused 1007");
        }
    }

    @Test
    void section7_2_2_aMessageThatIsCutAnywhereIsRefused() {
        byte[] deflated = deflated(utf8(json(300)), 6);
        for (int length = 1; length < deflated.length; length++) {
            feed(new FrameReader(true, 1000, AGREED, read), compressed(Arrays.copyOf(deflated, length)));
        }
        assertThat(read.told).hasSize(deflated.length - 1).containsOnly("refused 1007");
    }

    @Test
    void section8_1_compressedTextIsUtf8AsWell() {
        for (String bytes : List.of("ff", "c3", "eda080", "f4908080", "6162e282")) {
            assertThat(readCompressed(compressed(deflated(hex(bytes), 6)))).containsExactly("refused 1007");
        }
    }

    @Test
    void aCompressedMessageMayBecomeAsLargeAsTheLimit() {
        for (int max : new int[] {10, 1000, 16_384, 40_000, 100_000}) {
            for (int level : new int[] {Deflater.NO_COMPRESSION, 6}) {
                feed(new FrameReader(true, max, AGREED, read), compressed(deflated(utf8("x".repeat(max)), level)));
                feed(new FrameReader(true, max, AGREED, read), compressed(deflated(utf8("x".repeat(max + 1)), level)));
                assertThat(read.told).containsExactly("text " + "x".repeat(max), "refused 1009");
                assertThat(read.reason).isEqualTo("message larger than " + max + " bytes");
                read.told.clear();
            }
        }
    }

    @Test
    void whatBecomesFarTooLargeIsNotDecompressedToItsEnd() {
        feed(new FrameReader(true, 100_000, AGREED, read), compressed(bomb(1 << 26)));
        assertThat(read.told).containsExactly("refused 1009");
        assertThat(read.parts.stream().mapToInt(Integer::parseInt).sum()).isLessThanOrEqualTo(100_000);
        assertThat(read.held).isLessThanOrEqualTo(100_000);
    }

    @Test
    void whatALargeMessageBecomesIsToldAsItGrows() {
        FrameReader reader = new FrameReader(true, 1 << 20, AGREED, read);
        byte[] deflated = deflated(utf8("x".repeat(900_000)), 6);
        feed(reader, frame(COMPRESSED, Arrays.copyOf(deflated, 500)));
        assertThat(read.held).isBetween(500, 1000);
        feed(reader, frame(FIN | Opcodes.CONTINUATION, Arrays.copyOfRange(deflated, 500, deflated.length)));
        assertThat(read.told).containsExactly("text " + "x".repeat(900_000));
        assertThat(read.held).isBetween(850_000, (1 << 20) + 2 * deflated.length);
        assertThat(read.parts.stream().skip(1).mapToInt(Integer::parseInt).sum())
                .isBetween(850_000, 900_000);
        assertThat(read.parts.stream().skip(1)).as("no flood of small ones").allMatch(part -> part.length() > 4);

        read.parts.clear();
        feed(reader, compressed(deflated(utf8("x".repeat(30_000)), 6)));
        assertThat(read.parts).isEmpty();
    }

    @Test
    void whatIsDiscardedIsNotDecompressedToItsEnd() {
        List<Integer> parts = new ArrayList<>();
        AtomicReference<FrameReader> reader = new AtomicReference<>();
        reader.set(new FrameReader(true, 1 << 20, AGREED, new FrameReaderTests.Told() {
            @Override
            public void text(byte[] bytes, int offset, int length) {
                throw new AssertionError("it is discarded");
            }

            @Override
            public void part(int length, int held) {
                parts.add(length);
                if (parts.size() == 3) {
                    reader.get().discard();
                }
            }
        }));
        feed(reader.get(), concat(compressed(deflated(utf8("x".repeat(900_000)), 6)), ClientFrames.ping("")));
        assertThat(parts).hasSize(3);
        assertThat(reader.get()).extracting("partial.bytes").isEqualTo(new byte[0]);
    }

    /** Stored, final, flushed and ordinary ones, wherever they end, and however far back they refer. */
    @Test
    void section7_2_2_blocksOfAllKindsAreOneMessage() {
        for (int seed = 1; seed <= 100; seed++) {
            Random random = new Random(seed);
            byte[] text = new byte[1 + random.nextInt(300_000)];
            for (int i = 0; i < text.length; i++) {
                boolean repeats = i > 40 && random.nextInt(20) > 0;
                text[i] = repeats ? text[i - 1 - random.nextInt(Math.min(i, 40))] : (byte) (' ' + random.nextInt(95));
            }
            feed(new FrameReader(true, 1 << 20, AGREED, read), compressed(inBlocks(text, random)));
            assertThat(read.told)
                    .as("seed %d", seed)
                    .containsExactly("text " + new String(text, StandardCharsets.US_ASCII));
            read.told.clear();
        }
    }

    private static byte[] inBlocks(byte[] text, Random random) {
        ByteArrayOutputStream blocks = new ByteArrayOutputStream();
        byte[] output = new byte[700_000];
        for (int at = 0; at < text.length; ) {
            int length = Math.min(text.length - at, 1 + random.nextInt(100_000));
            boolean last = at + length == text.length;
            Deflater deflater = new Deflater(random.nextInt(10), true);
            try {
                int window = Math.min(at, 32_768);
                deflater.setDictionary(text, at - window, window);
                deflater.setInput(text, at, length);
                boolean ends = random.nextBoolean();
                if (ends) {
                    deflater.finish();
                }
                int flush = random.nextBoolean() ? Deflater.SYNC_FLUSH : Deflater.FULL_FLUSH;
                int size = deflater.deflate(output, 0, output.length, ends ? Deflater.NO_FLUSH : flush);
                blocks.write(output, 0, last && !ends ? size - 4 : size);
                if (last && ends) {
                    blocks.write(0);
                }
            } finally {
                deflater.end();
            }
            at += length;
        }
        return blocks.toByteArray();
    }

    /** As far back as a compressor may refer, wherever the pieces end in which a message is decompressed. */
    @ParameterizedTest
    @ValueSource(ints = {32_767, 32_768, 32_769, 49_151, 49_152, 49_153, 65_535, 65_536, 65_537, 200_000})
    void section7_2_3_4_whatFollowsABlockWithBfinalSetMayReferAsFarBackAsTheWindow(int length) {
        byte[] before =
                Arrays.copyOf(utf8("a".repeat(length - 30_000) + json(40_000).replaceAll("[^ -~]", "i")), length);
        int window = Math.min(length, 32_768 - 262); // zlib's compressor looks back no further
        byte[] copy = Arrays.copyOfRange(before, length - window, length - window + 200);
        Deflater deflater = new Deflater(9, true);
        byte[] output = new byte[1000];
        int compressedLength;
        try {
            deflater.setDictionary(before, length - window, window);
            deflater.setInput(copy);
            compressedLength = deflater.deflate(output, 0, output.length, Deflater.SYNC_FLUSH);
        } finally {
            deflater.end();
        }
        byte[] message = concat(finalBlock(before), Arrays.copyOf(output, compressedLength - 4));
        feed(new FrameReader(true, 1 << 20, AGREED, read), compressed(message));
        assertThat(read.told)
                .containsExactly("text " + new String(before, StandardCharsets.US_ASCII)
                        + new String(copy, StandardCharsets.US_ASCII));
    }

    private static byte[] bomb(int length) {
        Deflater deflater = new Deflater(9, true);
        try {
            ByteArrayOutputStream output = new ByteArrayOutputStream();
            byte[] piece = new byte[8192];
            byte[] zeros = new byte[1 << 20];
            for (int left = length; left > 0; left -= zeros.length) {
                deflater.setInput(zeros);
                while (!deflater.needsInput()) {
                    output.write(piece, 0, deflater.deflate(piece));
                }
            }
            output.write(piece, 0, deflater.deflate(piece, 0, piece.length, Deflater.SYNC_FLUSH) - 4);
            return output.toByteArray();
        } finally {
            deflater.end();
        }
    }

    @Test
    void aCompressedLengthFarBeyondTheLimitIsRefusedWhenItIsAnnounced() {
        feed(new FrameReader(true, 100_000, AGREED, read), ClientFrames.header(FIN | COMPRESSED, 200_000));
        assertThat(read.told).containsExactly("refused 1009");
        read.told.clear();
        feed(new FrameReader(true, 100_000, AGREED, read), ClientFrames.header(FIN | COMPRESSED, 100_500));
        assertThat(read.told).isEmpty();
    }

    @Test
    void moreFinalBlocksThanAnyMessageNeedsAreRefused() {
        ByteArrayOutputStream blocks = new ByteArrayOutputStream();
        blocks.writeBytes(finalBlock(utf8(json(50_000))));
        for (int i = 0; i < 40_000; i++) {
            blocks.writeBytes(EMPTY_FINAL_BLOCK);
        }
        blocks.write(0);
        feed(new FrameReader(true, 1 << 20, AGREED, read), compressed(blocks.toByteArray()));
        assertThat(read.told).containsExactly("refused 1007");
    }

    @Test
    void whatDecompressesIsAlwaysGivenBack() {
        for (int i = 0; i < 100; i++) {
            feed(new FrameReader(true, 10, AGREED, read), compressed(hex("ff")));
            feed(new FrameReader(true, 10, AGREED, read), compressed(deflated(new byte[100], 6)));
            feed(new FrameReader(true, 10, AGREED, read), compressed(deflated(hex("ff"), 6)));
            feed(new FrameReader(true, 10, AGREED, read), compressed(deflated(utf8("a"), 6)));
        }
        assertThat(read.told.subList(396, 400))
                .containsExactly("refused 1007", "refused 1009", "refused 1007", "text a");
        assertThat(Inflation.POOL.idle()).isBetween(1, Runtime.getRuntime().availableProcessors());
    }

    @Test
    void partsOfACompressedMessageAreToldInBytesAsTheyCame() {
        FrameReader reader = new FrameReader(true, 1000, AGREED, read);
        byte[] deflated = deflated(utf8(json(500)), 6);
        feed(reader, frame(COMPRESSED, Arrays.copyOf(deflated, 40)));
        feed(reader, frame(Opcodes.CONTINUATION, Arrays.copyOfRange(deflated, 40, 50)));
        assertThat(read.parts).containsExactly("40", "10");
        assertThat(read.held).isBetween(50, 256);
        feed(reader, frame(FIN | Opcodes.CONTINUATION, Arrays.copyOfRange(deflated, 50, deflated.length)));
        assertThat(read.told).containsExactly("text " + json(500));
    }
}
