package io.xywebsocket.benchmarks.load.generator;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Answers a server's calls of "echo" with their own payload, which all have the same length. */
public final class Answers implements Script {

    private static final byte[] CALL = "{\"e\":\"c.echo\",\"p\":".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ID = ",\"id\":".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ANSWER = "{\"e\":\"resolve.echo\",\"id\":".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PAYLOAD = ",\"p\":".getBytes(StandardCharsets.US_ASCII);

    private final int payloadLength;
    private final boolean batch;
    private final Tally tally;

    /**
     * @param batch whether the answers to all that was read at once are written at once
     */
    public Answers(int payloadLength, boolean batch, Tally tally) {
        this.payloadLength = payloadLength;
        this.batch = batch;
        this.tally = tally;
    }

    @Override
    public void text(Connection connection, byte[] bytes, int offset, int length) {
        int idAt = offset + CALL.length + payloadLength + ID.length;
        int idLength = quotedLength(bytes, idAt, offset + length);
        if (idLength <= 0 || !at(bytes, offset, CALL) || !at(bytes, idAt - ID.length, ID)) {
            tally.wrong(() -> new String(bytes, offset, length, StandardCharsets.UTF_8));
            return;
        }
        byte[] answer = new byte[ANSWER.length + idLength + PAYLOAD.length + payloadLength + 1];
        int end = put(answer, 0, ANSWER, 0, ANSWER.length);
        end = put(answer, end, bytes, idAt, idLength);
        end = put(answer, end, PAYLOAD, 0, PAYLOAD.length);
        end = put(answer, end, bytes, offset + CALL.length, payloadLength);
        answer[end] = '}';
        connection.add(Frames.text(answer));
        if (!batch) {
            connection.flush();
        }
        tally.came();
    }

    private static int quotedLength(byte[] bytes, int start, int end) {
        for (int i = start + 1; i < end; i++) {
            if (bytes[i] == '"') {
                return i + 1 - start;
            }
        }
        return 0;
    }

    private static int put(byte[] to, int at, byte[] from, int offset, int length) {
        System.arraycopy(from, offset, to, at, length);
        return at + length;
    }

    private static boolean at(byte[] bytes, int offset, byte[] expected) {
        return Arrays.equals(bytes, offset, offset + expected.length, expected, 0, expected.length);
    }
}
