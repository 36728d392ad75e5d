package io.xywebsocket.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Our codec beside Netty's and Jetty's, on streams of frames that are made up, some with bytes changed, and cut anywhere. In what the others
 * are known to differ is listed here; whatever else differs is a failure. {@code -Dxy.codec.runs=1000000} makes more streams; a failure names
 * its seed, which {@code -Dxy.codec.seed=… -Dxy.codec.runs=1} replays.
 */
class CodecDifferentialTests {

    private static final long FIRST_SEED = Long.getLong("xy.codec.seed", 1);
    private static final int USUAL_RUNS = 2000;
    private static final int RUNS = Integer.getInteger("xy.codec.runs", USUAL_RUNS);

    @Test
    @Timeout(value = 1, unit = TimeUnit.DAYS) // as long as it is asked to
    void nettyReadsTheSame() {
        readTheSame(
                new NettyCodec(true),
                false,
                "refuses a wrong close frame with 1007",
                "takes a reason that ends in a cut character",
                "takes binary messages up to their end",
                "takes close codes beyond 4999");
    }

    @Test
    @Timeout(value = 1, unit = TimeUnit.DAYS)
    void nettyReadsTheSameWithCompression() {
        readTheSame(
                new NettyCodec(true),
                true,
                "decompresses fragments as they come, and so refuses a message before its end",
                "reads a compressed message up to its first block with BFINAL set",
                "refuses a wrong close frame with 1007",
                "takes a reason that ends in a cut character",
                "takes binary messages up to their end",
                "takes all reserved bits once there are extensions",
                "takes close codes beyond 4999",
                "takes compressed data that is cut",
                "takes no fragment of a compressed message that becomes nothing");
    }

    /** Jetty's session takes frames, and asks for the next, one by one; its parser and its checks are called here without it. */
    @Test
    @Timeout(value = 1, unit = TimeUnit.DAYS)
    void jettyReadsTheSame() {
        readTheSame(
                new JettyCodec(),
                false,
                "looks at a frame's length before all else",
                "takes lengths in more bytes than they need");
    }

    /**
     * What Jetty has decompressed of a message it loses when a control frame comes between fragments, where no context is taken from message to
     * message. So control frames don't go through its extension here.
     */
    @Test
    @Timeout(value = 1, unit = TimeUnit.DAYS)
    void jettyReadsTheSameWithCompression() {
        readTheSame(
                new JettyCodec(),
                true,
                "decompresses fragments as they come, and so refuses a message before its end",
                "looks at a frame's length before all else",
                "reads a compressed message up to its first block with BFINAL set",
                "takes compressed data that is cut",
                "takes lengths in more bytes than they need");
    }

    private static void readTheSame(OtherCodec other, boolean compression, String... known) {
        Map<String, Integer> seen = new TreeMap<>();
        for (long seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed++) {
            try {
                List<byte[]> pieces = FrameStreams.next(new SplittableRandom(seed), compression);
                seen.merge(Comparison.with(other, pieces, FrameStreams.MAX, compression), 1, Integer::sum);
            } catch (Throwable t) {
                throw new AssertionError(
                        "The stream with seed " + seed + ": -Dxy.codec.seed=" + seed + " -Dxy.codec.runs=1", t);
            }
        }
        if (RUNS >= USUAL_RUNS) { // or it would be no test of them
            assertThat(seen.remove(Comparison.SAME)).isGreaterThan(RUNS * 8 / 10);
            assertThat(seen).containsKeys(known);
        }
        if (RUNS == USUAL_RUNS && FIRST_SEED == 1) {
            assertThat(seen).containsOnlyKeys(known);
        }
    }

    @Test
    void nettyReadsWhatWeWriteAndCompress() {
        NettyCodec client = new NettyCodec(false);
        SplittableRandom random = new SplittableRandom(FIRST_SEED);
        for (int i = 0; i < 300; i++) {
            StringBuilder text = new StringBuilder();
            int[] characters = LongStream.range(0, 1 + random.nextInt(20))
                    .mapToInt(c -> random.nextInt(10) == 0 ? 0x20 + random.nextInt(0xd000) : 'a' + random.nextInt(26))
                    .toArray();
            int length = random.nextInt(random.nextInt(3) == 0 ? 100_000 : 2000);
            for (int c = 0; c < length; c++) {
                text.appendCodePoint(characters[random.nextInt(characters.length)]);
            }
            byte[] utf8 = ClientFrames.utf8(text.toString());
            byte[] compressed = PerMessageDeflate.compress(utf8, 0, utf8.length);
            assertThat(compressed == null).isEqualTo(utf8.length < PerMessageDeflate.MIN_COMPRESSED);
            byte[] payload = compressed == null ? utf8 : compressed;
            byte[] header = new byte[FrameWriter.MAX_HEADER];
            int end = FrameWriter.textHeader(header, 0, compressed != null, payload.length);
            byte[] frame = ClientFrames.concat(Arrays.copyOf(header, end), payload, FrameWriter.close(1000, "bye €"));
            assertThat(client.read(List.of(frame), 1 << 20, true).told())
                    .containsExactly("text " + text, "close 1000 bye €");
        }
    }
}
