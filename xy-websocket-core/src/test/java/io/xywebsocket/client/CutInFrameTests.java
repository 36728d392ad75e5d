package io.xywebsocket.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A connection that is cut anywhere, without a close frame, is noticed soon, though the JDK may overlook it. */
class CutInFrameTests extends WithClients {

    private static final int CONNECTIONS = 24;

    /** The JDK hands long payloads over in pieces. */
    private static final int LONG = 100_000;

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    private static byte[] text(int length) {
        return "x".repeat(length).getBytes(StandardCharsets.US_ASCII);
    }

    private static void cut(RawConnection connection, String where, boolean reset) {
        switch (where) {
            case "idle" -> {}
            case "after the first byte" -> connection.raw(bytes(0x81));
            case "in the length" -> connection.raw(bytes(0x81, 126, 1));
            case "before the payload" -> connection.raw(bytes(0x81, 100));
            case "in the payload" -> connection.raw(bytes(0x81, 100)).raw(text(50));
            case "in a long payload" ->
                connection
                        .raw(bytes(0x81, 127, 0, 0, 0, 0, 0, LONG >> 16, LONG >> 8, LONG))
                        .raw(text(LONG / 2));
            case "in a character" -> connection.raw(bytes(0x81, 100, 'x', 0xe2, 0x80));
            case "between fragments" -> connection.frame(RawConnection.TEXT, text(50));
            case "in a later fragment" ->
                connection
                        .frame(RawConnection.TEXT, text(50))
                        .raw(bytes(0x80, 100))
                        .raw(text(50));
            case "in a ping between fragments" ->
                connection.frame(RawConnection.TEXT, text(50)).raw(bytes(0x89, 20, 1));
            case "after a ping" -> connection.frame(0x80 | RawConnection.PING, text(4));
            case "after a pong" -> connection.frame(0x80 | RawConnection.PONG, text(4));
            case "after a message" -> connection.event("note", "1");
            default -> throw new AssertionError(where);
        }
        if (reset) {
            connection.reset();
        } else {
            connection.vanish();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "idle, false",
        "after the first byte, false",
        "in the length, false",
        "before the payload, false",
        "in the payload, false",
        "in the payload, true",
        "in a long payload, false",
        "in a long payload, true",
        "in a character, false",
        "between fragments, false",
        "between fragments, true",
        "in a later fragment, false",
        "in a ping between fragments, false",
        "after a ping, false",
        "after a pong, false",
        "after a message, false",
        "after a message, true"
    })
    void isNoticedSoon(String where, boolean reset) {
        RawServer server = server();
        XyClientThreads threads = closing(XyClientThreads.create());
        List<CompletableFuture<Long>> ends = new ArrayList<>();
        List<RawConnection> connections = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            XyClient client = connect(builder(server).threads(threads).reconnect((code, reason) -> false));
            CompletableFuture<Long> end = new CompletableFuture<>();
            client.onDisconnected((peer, code, reason) -> end.complete(System.nanoTime()));
            ends.add(end);
            connections.add(server.next());
        }
        long[] begun = new long[CONNECTIONS];
        for (int i = 0; i < CONNECTIONS; i++) {
            begun[i] = System.nanoTime();
            cut(connections.get(i), where, reset);
        }
        assertMostEndSoonAfter(begun, ends);
    }

    private static void assertMostEndSoonAfter(long[] begun, List<CompletableFuture<Long>> ends) {
        long[] took = new long[CONNECTIONS];
        for (int i = 0; i < CONNECTIONS; i++) {
            took[i] = get(ends.get(i)) - begun[i];
        }
        Arrays.sort(took);
        // most, as a machine may be busy with something else for a while
        assertThat(Duration.ofNanos(took[CONNECTIONS * 3 / 4])).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void isNoticedSoonRightAfterTheHandshake() {
        RawServer server = server().manner((request, socket) -> {
            RawServer.welcome().answer(request, socket);
            socket.close();
            return false;
        });
        XyClientThreads threads = closing(XyClientThreads.create());
        List<CompletableFuture<Long>> ends = new ArrayList<>();
        long[] begun = new long[CONNECTIONS];
        for (int i = 0; i < CONNECTIONS; i++) {
            XyClient client = client(builder(server).threads(threads).reconnect((code, reason) -> false));
            CompletableFuture<Long> end = new CompletableFuture<>();
            client.onDisconnected((peer, code, reason) -> end.complete(System.nanoTime()));
            ends.add(end);
            begun[i] = System.nanoTime();
            client.connect();
        }
        assertMostEndSoonAfter(begun, ends);
    }
}
