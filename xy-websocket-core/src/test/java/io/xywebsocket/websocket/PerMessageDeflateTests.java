package io.xywebsocket.websocket;

import static io.xywebsocket.websocket.ClientFrames.concat;
import static io.xywebsocket.websocket.ClientFrames.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each MUST of RFC 7692 §5 and §7.1 that concerns a server, by its section, and what a server sends after §7.2.1. */
class PerMessageDeflateTests {

    private static final String AGREED = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

    private static @Nullable String negotiated(String... headers) {
        PerMessageDeflate agreed = PerMessageDeflate.negotiate(List.of(headers));
        return agreed == null ? null : agreed.responseHeader();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "permessage-deflate",
                " permessage-deflate ",
                "permessage-deflate; client_max_window_bits",
                "permessage-deflate;client_max_window_bits",
                "permessage-deflate ; client_max_window_bits = 15",
                "permessage-deflate; client_max_window_bits=8",
                "permessage-deflate; client_max_window_bits=\"10\"",
                "permessage-deflate; client_max_window_bits=\"1\\0\"",
                "permessage-deflate; server_no_context_takeover",
                "permessage-deflate; client_no_context_takeover",
                "permessage-deflate; client_no_context_takeover; server_no_context_takeover; client_max_window_bits",
                "x-webkit-deflate-frame, permessage-deflate; client_max_window_bits",
                ", ,permessage-deflate,",
                "foo; a=\"b\", permessage-deflate"
            })
    void section5_1_anOfferIsAccepted(String header) {
        assertThat(negotiated(header)).isEqualTo(AGREED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",",
                ";",
                "=",
                "\"",
                "permessage-deflate=1",
                "permessage-deflate x",
                "permessage-deflate;",
                "permessage-deflate; ;",
                "permessage-deflate; =10",
                "permessage-deflate; client_max_window_bits=",
                "permessage-deflate; client_max_window_bits=\"",
                "permessage-deflate; client_max_window_bits=\"\"",
                "permessage-deflate; client_max_window_bits=\"10",
                "permessage-deflate; client_max_window_bits=\"10\\",
                "permessage-deflate; client_max_window_bits=\"10\"x",
                "permessage-deflate; client_max_window_bits=10 11",
                "permessage-deflate\u0000",
                "permessage-deflate; é",
                "permessage-deflates",
                "Permessage-bzip2",
                "\"permessage-deflate\""
            })
    void section5_1_whatIsGarbledOrAnotherExtensionIsDeclined(String header) {
        assertThat(negotiated(header)).isNull();
        assertThat(negotiated(header, "permessage-deflate"))
                .as("the next header")
                .isEqualTo(AGREED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "permessage-deflate; unknown",
                "permessage-deflate; unknown=1",
                "permessage-deflate; client_max_window_bits; client_max_window_bits",
                "permessage-deflate; client_max_window_bits=10; client_max_window_bits=10",
                "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
                "permessage-deflate; server_no_context_takeover=1",
                "permessage-deflate; client_no_context_takeover=true",
                "permessage-deflate; client_max_window_bits=7",
                "permessage-deflate; client_max_window_bits=16",
                "permessage-deflate; client_max_window_bits=010",
                "permessage-deflate; client_max_window_bits=+10",
                "permessage-deflate; client_max_window_bits=-1",
                "permessage-deflate; client_max_window_bits=99999999999999999999",
                "permessage-deflate; client_max_window_bits=x",
                "permessage-deflate; server_max_window_bits",
                "permessage-deflate; server_max_window_bits=16",
                "permessage-deflate; server_max_window_bits=015",
                "permessage-deflate; server_max_window_bits=15; server_max_window_bits=15"
            })
    void section7_1_anOfferWithAWrongParameterIsDeclinedAndTheNextIsTaken(String offer) {
        assertThat(negotiated(offer)).isNull();
        assertThat(negotiated(offer + ", permessage-deflate")).isEqualTo(AGREED);
        assertThat(negotiated(offer + ",permessage-deflate; server_max_window_bits=15"))
                .isEqualTo(AGREED + "; server_max_window_bits=15");
        assertThat(negotiated(offer, "permessage-deflate; client_max_window_bits"))
                .isEqualTo(AGREED);
        assertThat(negotiated(offer + ", " + offer)).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 9, 10, 11, 12, 13, 14})
    void section7_1_2_1_aSmallerWindowOfTheServerCanNotBeHonouredAndIsDeclined(int bits) {
        String offer = "permessage-deflate; server_max_window_bits=" + bits;
        assertThat(negotiated(offer)).isNull();
        assertThat(negotiated(offer + ", permessage-deflate")).isEqualTo(AGREED);
    }

    @Test
    void section7_1_2_1_theLargestWindowOfTheServerIsAnswered() {
        assertThat(negotiated("permessage-deflate; server_max_window_bits=15; client_max_window_bits"))
                .isEqualTo(AGREED + "; server_max_window_bits=15");
        assertThat(negotiated("permessage-deflate; server_max_window_bits=\"15\""))
                .isEqualTo(AGREED + "; server_max_window_bits=15");
    }

    @Test
    void section7_1_2_2_theWindowOfTheClientIsLeftToIt() {
        assertThat(negotiated("permessage-deflate; client_max_window_bits=9")).isEqualTo(AGREED);
    }

    @Test
    void section7_1_allCombinationsOfParametersAreHonouredOrDeclined() {
        String[] servers = {"", "=8", "=9", "=10", "=11", "=12", "=13", "=14", "=15", "=16", "=\"15\"", "none"};
        String[] clients = {"", "=7", "=8", "=9", "=10", "=11", "=12", "=13", "=14", "=15", "=16", "none"};
        for (String server : servers) {
            for (String client : clients) {
                for (int contexts = 0; contexts < 4; contexts++) {
                    List<String> parameters = new ArrayList<>();
                    if ((contexts & 1) != 0) {
                        parameters.add("server_no_context_takeover");
                    }
                    if ((contexts & 2) != 0) {
                        parameters.add("client_no_context_takeover");
                    }
                    if (!server.equals("none")) {
                        parameters.add("server_max_window_bits" + server);
                    }
                    if (!client.equals("none")) {
                        parameters.add("client_max_window_bits" + client);
                    }
                    boolean asked = server.contains("15");
                    boolean honoured =
                            (asked || server.equals("none")) && !client.equals("=7") && !client.equals("=16");
                    for (int turn = 0; turn <= parameters.size(); turn++) {
                        Collections.rotate(parameters, 1);
                        String offer = String.join("; ", parameters);
                        assertThat(negotiated("permessage-deflate" + (offer.isEmpty() ? "" : "; ") + offer))
                                .as(offer)
                                .isEqualTo(honoured ? AGREED + (asked ? "; server_max_window_bits=15" : "") : null);
                    }
                }
            }
        }
    }

    @Test
    void section5_theOfferThatComesFirstIsTaken() {
        assertThat(negotiated("permessage-deflate; server_max_window_bits=15, permessage-deflate"))
                .isEqualTo(AGREED + "; server_max_window_bits=15");
        assertThat(negotiated("permessage-deflate, permessage-deflate; server_max_window_bits=15"))
                .isEqualTo(AGREED);
        assertThat(PerMessageDeflate.negotiate(List.of())).isNull();
    }

    @Test
    void aGarbledOfferSwallowsTheNextOnlyInsideQuotes() {
        assertThat(negotiated("foo; a=\"b, permessage-deflate")).isNull();
        assertThat(negotiated("foo; a=\"b\\\", permessage-deflate\", permessage-deflate"))
                .isEqualTo(AGREED);
        assertThat(negotiated("foo bar=, permessage-deflate")).isEqualTo(AGREED);
    }

    @ParameterizedTest
    @CsvSource({"256, true", "4096, true", "16384, true", "300000, true", "255, false", "0, false"})
    void section7_2_1_whatIsCompressedIsShorterAndReadAgain(int length, boolean compressed) {
        String text = "{\"name\":\"grüße\",\"n\":42}".repeat(length / 20 + 1).substring(0, length / 2);
        text += "x".repeat(length - utf8(text).length);
        byte[] array = concat(utf8("before"), utf8(text), utf8("behind"));
        byte[] form = PerMessageDeflate.compress(array, 6, length);
        if (!compressed) {
            assertThat(form).isNull();
            return;
        }
        assertThat(form).isNotNull();
        assertThat(form.length).isLessThan(length);
        byte[] header = new byte[FrameWriter.MAX_HEADER];
        int end = FrameWriter.textHeader(header, 0, true, form.length);
        PerMessageDeflate agreed = PerMessageDeflate.negotiate(List.of("permessage-deflate"));
        assertThat(ReadFrames.read(false, length, agreed, concat(Arrays.copyOf(header, end), form)))
                .containsExactly("text " + text);
    }

    @Test
    void section7_1_1_1_noMessageIsCompressedWithTheContextOfAnother() {
        byte[] text = utf8("a text that a compressor would refer back to ".repeat(20));
        byte[] form = PerMessageDeflate.compress(text, 0, text.length);
        for (int i = 0; i < 100; i++) {
            assertThat(PerMessageDeflate.compress(text, 0, text.length)).isEqualTo(form);
        }
    }

    @Test
    void section7_2_1_theEndOfTheLastBlockIsLeftOut() {
        byte[] text = new byte[1000];
        byte[] form = PerMessageDeflate.compress(text, 0, text.length);
        assertThat(form).isNotNull();
        assertThat(Arrays.copyOfRange(form, form.length - 4, form.length)).isNotEqualTo(new byte[] {0, 0, -1, -1});
        assertThat(form[form.length - 1])
                .as("the header of the empty block behind it")
                .isZero();
    }

    @Test
    void section6_1_whatCompressingWouldLengthenIsSentAsItIs() {
        byte[] noise = new byte[5000];
        new Random(1).nextBytes(noise);
        assertThat(PerMessageDeflate.compress(noise, 0, noise.length)).isNull();
        byte[] zeros = new byte[1000];
        assertThat(PerMessageDeflate.compress(zeros, 0, zeros.length)).hasSizeLessThan(20);
    }

    @Test
    void manyThreadsCompressTheSameAtOnceAndNoMoreIsKeptThanTheBound() throws Exception {
        byte[] text = utf8("some text that is worth compressing ".repeat(100));
        byte[] expected = PerMessageDeflate.compress(text, 0, text.length);
        int threads = 32;
        CountDownLatch together = new CountDownLatch(threads);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<byte[]>> forms = IntStream.range(0, threads)
                    .mapToObj(i -> pool.submit(() -> {
                        together.countDown();
                        together.await();
                        return PerMessageDeflate.compress(text, 0, text.length);
                    }))
                    .toList();
            for (Future<byte[]> form : forms) {
                assertThat(form.get()).isEqualTo(expected);
            }
        } finally {
            pool.shutdown();
        }
        assertThat(Deflation.POOL.idle()).isBetween(1, Runtime.getRuntime().availableProcessors());
    }
}
