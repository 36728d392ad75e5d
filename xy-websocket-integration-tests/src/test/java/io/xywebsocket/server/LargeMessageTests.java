package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages that don't fit the container's buffers, or don't come in one piece. */
@Tag("server")
class LargeMessageTests {

    private static final int MAX = 256 << 10;

    /** Characters of one, two, three and four bytes; 10 bytes in all, so that pieces end in the middle of each of them. */
    private static final String MIXED = "aé€😀";

    private static App app;

    private RawClient client;

    @BeforeAll
    static void start() {
        app = App.with("xy.websocket.max-message-size=256KB", "xy.websocket.send-buffer-size=100KB")
                .start(Functions.class);
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @BeforeEach
    void connect() {
        client = app.connect();
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    private static String call(String payload) {
        return "{\"e\":\"c.echo\",\"p\":\"" + payload + "\",\"id\":1}";
    }

    private void assertEchoed(String payload) {
        String expected = "{\"e\":\"resolve.echo\",\"id\":1,\"p\":\"" + payload + "\"}";
        String answer = client.next();
        assertThat(answer.length()).isEqualTo(expected.length());
        assertThat(answer.equals(expected)).as("the echo").isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {125, 126, 4_000, 8_191, 8_192, 8_193, 16_384, 65_535, 65_536, 200_000})
    void takesAndSendsMessagesOfAnySize(int size) {
        String payload = "x".repeat(size);

        client.send(call(payload));

        assertEchoed(payload);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void keepsCharactersWholeWhereverThePiecesEnd(int offset) {
        String payload = "x".repeat(offset) + MIXED.repeat(5_000);

        client.send(call(payload));

        assertEchoed(payload);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 8_191})
    void putsFragmentsTogetherWhereverTheyEnd(int size) {
        String payload = MIXED.repeat(size == 8_191 ? 5_000 : 50);

        client.sendInFragments(call(payload), size);

        assertEchoed(payload);
    }

    @Test
    void answersPingsBetweenFragments() {
        byte[] text = call("in pieces").getBytes(StandardCharsets.UTF_8);
        client.frame(RawClient.TEXT, text);
        client.ping("now?");
        assertThat(client.nextPong()).isEqualTo("now?");

        client.frame(RawClient.CONTINUATION, new byte[0]);
        client.frame(0x80 | RawClient.CONTINUATION, new byte[0]);

        assertEchoed("in pieces");
    }

    @Test
    void takesAMessageOfExactlyTheMaximum() {
        String payload = "x".repeat(MAX - call("").length());

        client.send(call(payload));

        assertEchoed(payload);
    }

    @Test
    void countsTheMaximumInBytesNotCharacters() {
        int room = MAX - call("").length();
        String payload = "€".repeat(room / 3) + "x".repeat(room % 3);
        client.send(call(payload));
        assertEchoed(payload);

        client.send(call(payload.substring(1) + "xxxx"));

        assertThat(client.closing().code()).isEqualTo(1009);
    }

    @Test
    void closesWith1009OneByteBeyondTheMaximum() {
        client.send(call("x".repeat(MAX - call("").length() + 1)));

        assertThat(client.closing()).isEqualTo(new RawClient.Closing(1009, "message larger than 262144 bytes"));
    }

    @Test
    void closesWith1009WhatExceedsTheMaximumInFragments() {
        String payload = "x".repeat(MAX);

        assertThat(client.sendInFragments(call(payload), 10_000).closing().code())
                .isEqualTo(1009);
    }

    @Test
    void sendsMessagesLargerThanItTakes() {
        assertThat(client.call("echo", "1").next()).endsWith("\"p\":1}");

        app.endpoint().broadcaster().broadcast("large", "x".repeat(2 * MAX));

        assertThat(client.next().length()).isEqualTo(2 * MAX + "{\"e\":\"e.large\",\"p\":\"\"}".length());
    }
}
