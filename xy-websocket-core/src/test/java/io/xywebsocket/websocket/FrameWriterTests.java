package io.xywebsocket.websocket;

import static io.xywebsocket.websocket.ClientFrames.concat;
import static io.xywebsocket.websocket.ClientFrames.hex;
import static io.xywebsocket.websocket.ClientFrames.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameWriterTests {

    @ParameterizedTest
    @CsvSource({
        "0, 8100",
        "1, 8101",
        "125, 817d",
        "126, 817e007e",
        "65535, 817effff",
        "65536, 817f0000000000010000",
        "2147483647, 817f000000007fffffff"
    })
    void section5_2_aLengthIsWrittenInAsFewBytesAsItNeeds(int length, String header) {
        byte[] to = new byte[3 + FrameWriter.MAX_HEADER];
        int end = FrameWriter.textHeader(to, 3, false, length);
        assertThat(Arrays.copyOfRange(to, 3, end)).isEqualTo(hex(header));
        assertThat(FrameWriter.textHeader(to, 3, true, length)).isEqualTo(end);
        assertThat(to[3]).as("RSV1").isEqualTo((byte) 0xc1);
        assertThat(Arrays.copyOfRange(to, 4, end)).isEqualTo(hex(header.substring(2)));
    }

    @Test
    void section5_1_noFrameOfAServerIsMasked() {
        byte[] pong = FrameWriter.pong(new byte[125]);
        for (byte[] frame : List.of(FrameWriter.ping(), pong, FrameWriter.close(), FrameWriter.close(1000, "bye"))) {
            assertThat(frame[1]).isNotNegative();
        }
    }

    @Test
    void section5_5_controlFramesAreWhole() {
        assertThat(FrameWriter.ping()).isEqualTo(hex("8900"));
        assertThat(FrameWriter.pong(utf8("Hello"))).isEqualTo(hex("8a0548656c6c6f"));
        assertThat(FrameWriter.pong(new byte[0])).isEqualTo(hex("8a00"));
        assertThat(FrameWriter.close()).isEqualTo(hex("8800"));
        assertThat(FrameWriter.close(1000, "")).isEqualTo(hex("880203e8"));
        assertThat(FrameWriter.close(4001, "why")).isEqualTo(concat(hex("88050fa1"), utf8("why")));
        assertThatThrownBy(() -> FrameWriter.pong(new byte[126])).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void section5_5_aReasonThatIsTooLongIsCutBetweenCharacters() {
        byte[] frame = FrameWriter.close(1000, "é".repeat(100));
        assertThat(frame).hasSize(2 + 2 + 122);
        assertThat(ReadFrames.read(false, 10, null, frame)).containsExactly("close 1000 " + "é".repeat(61));
    }

    @Test
    void section8_1_aReasonIsUtf8WhateverItIsMadeOf() {
        assertThat(ReadFrames.read(false, 10, null, FrameWriter.close(1000, "half \ud83d a pair")))
                .containsExactly("close 1000 half ? a pair");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 999, 1004, 1005, 1006, 1015, 2000, 2999, 5000})
    void section7_4_aCodeThatMayNotBeSentIsNoFrame(int code) {
        assertThatThrownBy(() -> FrameWriter.close(code, "")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125, 126, 65535, 65536})
    void whatIsWrittenIsRead(int length) {
        byte[] header = new byte[FrameWriter.MAX_HEADER];
        int end = FrameWriter.textHeader(header, 0, false, length);
        String text = "x".repeat(length);
        assertThat(ReadFrames.read(false, 1 << 17, null, concat(Arrays.copyOf(header, end), utf8(text))))
                .containsExactly("text " + text);
    }
}
