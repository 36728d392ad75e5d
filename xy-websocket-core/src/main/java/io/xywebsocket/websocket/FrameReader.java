package io.xywebsocket.websocket;

import io.xywebsocket.transport.CloseCodes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the frames of one connection, RFC 6455 §5 and RFC 7692 §6. A message that is whole in the buffer is handed over where it is; others
 * are gathered, and nothing is kept between messages. For one thread at a time, but for {@link #discard}.
 */
final class FrameReader {

    private static final int RSV = 0x70;
    private static final int RSV1 = 0x40;
    private static final int RSV2_AND_3 = RSV - RSV1;
    private static final int MASKED = 0x80;
    private static final int LENGTH_IN_2_BYTES = 126;
    private static final int MAX_HEADER = 14;

    /** Every platform can make one, and a byte more is still an int. */
    private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 64;

    private static final int PROTOCOL_ERROR = 1002;
    private static final int UNSUPPORTED = 1003;
    private static final int NO_CODE = 1005;
    private static final int INVALID_DATA = 1007;
    private static final int TOO_BIG = 1009;

    /** What comes next. */
    private enum Next {
        HEADER,
        PAYLOAD,
        /** Nothing that counts. */
        NOTHING
    }

    /** The message that has begun and isn't whole. */
    private enum Message {
        NONE,
        PLAIN,
        COMPRESSED
    }

    private final boolean expectMasked;
    private final int maxMessage;
    private final boolean inflates;
    private final Sink sink;

    private Next next = Next.HEADER;

    /** The beginning of a header that the network has cut; null if none is. */
    private byte @Nullable [] header;

    private int headerLength;

    // the frame whose header has come
    private boolean last;
    private int opcode;
    private int key;
    private long missing;

    /** What has come of a control frame that the network has cut; null if none is. */
    private byte @Nullable [] control;

    private int controlLength;

    private final PartialMessage partial = new PartialMessage();
    private Message message = Message.NONE;
    private long messageLength;
    private int utf8;

    /**
     * @param expectMasked whether frames must be masked, as a client's must; otherwise none may be
     * @param maxMessage   the largest message, in bytes of UTF-8 after decompression
     * @param deflate      what was agreed; null if messages can't be compressed
     * @param sink         told of what arrives, on the thread that calls {@link #read}
     */
    FrameReader(boolean expectMasked, int maxMessage, @Nullable PerMessageDeflate deflate, Sink sink) {
        this.expectMasked = expectMasked;
        this.maxMessage = Math.min(maxMessage, LARGEST_ARRAY);
        this.inflates = deflate != null;
        this.sink = sink;
    }

    /**
     * Takes all bytes of the buffer and changes them, as it unmasks in place. After a violation or a close frame it takes them unseen.
     *
     * @param bytes a buffer that has an array, see {@link ByteBuffer#hasArray}
     */
    void read(ByteBuffer bytes) {
        byte[] array = bytes.array();
        int at = bytes.arrayOffset() + bytes.position();
        int end = bytes.arrayOffset() + bytes.limit();
        bytes.position(bytes.limit());
        while (next != Next.NOTHING) {
            if (next == Next.HEADER) {
                at = header(array, at, end);
                if (next != Next.PAYLOAD) {
                    return;
                }
            }
            at = Opcodes.isControl(opcode) ? controlPayload(array, at, end) : payload(array, at, end);
            if (next == Next.PAYLOAD) {
                return;
            }
        }
    }

    /** Lets go of the unfinished message, and keeps nothing of what follows; control frames still count. By any thread. */
    void discard() {
        partial.discard();
    }

    // ---- headers

    /** Goes on where a frame's header begins or was cut, and returns where it ends. It is whole if its payload is {@link #next} then. */
    private int header(byte[] bytes, int at, int end) {
        byte[] begun = header;
        if (begun == null) {
            int length = parse(bytes, at, end - at);
            if (length == 0 && at < end && next == Next.HEADER) {
                headerLength = end - at;
                header = new byte[MAX_HEADER];
                System.arraycopy(bytes, at, header, 0, headerLength);
            }
            return length == 0 ? end : at + length;
        }
        int taken = Math.min(end - at, MAX_HEADER - headerLength);
        System.arraycopy(bytes, at, begun, headerLength, taken);
        int length = parse(begun, 0, headerLength + taken);
        if (length == 0) {
            headerLength += taken;
            return end;
        }
        header = null;
        return at + length - headerLength;
    }

    /** The length of the header, if it is whole and right; else 0. What is wrong is found as soon as its byte is there. */
    private int parse(byte[] bytes, int at, int available) {
        String fault = available > 0 ? faultOf(bytes[at]) : null;
        if (fault == null && available > 1) {
            fault = faultOf(bytes[at], bytes[at + 1]);
        }
        if (fault != null) {
            return refuse(PROTOCOL_ERROR, fault);
        }
        if (available < 2) {
            return 0;
        }
        int first = bytes[at];
        int code = first & 0xf;
        if (code == Opcodes.BINARY) {
            return refuse(UNSUPPORTED, "binary messages are not supported");
        }
        long length = bytes[at + 1] & 0x7f;
        int size = length < LENGTH_IN_2_BYTES ? 0 : length == LENGTH_IN_2_BYTES ? 2 : Long.BYTES;
        int to = 2 + size;
        if (available < to) {
            return 0;
        }
        if (size > 0) {
            length = number(bytes, at + 2, size);
            if (length < (size == 2 ? LENGTH_IN_2_BYTES : 0x10000)) {
                return refuse(
                        PROTOCOL_ERROR,
                        length < 0 ? "length with its highest bit set" : "length in more bytes than it needs");
            }
        }
        if (!Opcodes.isControl(code) && length > room(first)) {
            return refuse(TOO_BIG, tooLarge());
        }
        if (expectMasked) {
            to += Integer.BYTES;
            if (available < to) {
                return 0;
            }
            key = Masking.key(bytes, at + to - Integer.BYTES);
        }
        begin(first, length);
        return to;
    }

    private void begin(int first, long length) {
        next = Next.PAYLOAD;
        last = first < 0;
        opcode = first & 0xf;
        missing = length;
        if (opcode == Opcodes.TEXT) {
            message = (first & RSV1) != 0 ? Message.COMPRESSED : Message.PLAIN;
        }
    }

    private @Nullable String faultOf(int first) {
        int code = first & 0xf;
        if (!Opcodes.isKnown(code)) {
            return "unknown opcode";
        }
        boolean beginsMessage = code == Opcodes.TEXT || code == Opcodes.BINARY;
        if ((first & (inflates && beginsMessage ? RSV2_AND_3 : RSV)) != 0) {
            return "reserved bit set";
        }
        if (Opcodes.isControl(code)) {
            return first < 0 ? null : "fragmented control frame";
        }
        if (beginsMessage) {
            return message == Message.NONE ? null : "message inside another";
        }
        return message == Message.NONE ? "continuation of no message" : null;
    }

    private @Nullable String faultOf(int first, int second) {
        boolean masked = (second & MASKED) != 0;
        if (masked != expectMasked) {
            return expectMasked ? "frame without a mask" : "masked frame";
        }
        boolean tooLong = Opcodes.isControl(first & 0xf) && (second & 0x7f) > Opcodes.MAX_CONTROL_PAYLOAD;
        return tooLong ? "control frame longer than 125 bytes" : null;
    }

    /** How long the payload of a frame of a message may be. What is discarded takes no room. */
    private long room(int first) {
        if (partial.isDiscarded()) {
            return Long.MAX_VALUE;
        }
        boolean begins = (first & 0xf) == Opcodes.TEXT;
        return begins ? mostBytes((first & RSV1) != 0) : mostBytes(message == Message.COMPRESSED) - messageLength;
    }

    /** Compressing lengthens what it can't shorten. */
    private long mostBytes(boolean isCompressed) {
        return isCompressed ? Math.min(maxMessage + maxMessage / 8L + 1024, LARGEST_ARRAY) : maxMessage;
    }

    private static long number(byte[] bytes, int at, int size) {
        long number = 0;
        for (int i = at; i < at + size; i++) {
            number = (number << 8) | (bytes[i] & 0xff);
        }
        return number;
    }

    // ---- messages

    private int payload(byte[] bytes, int at, int end) {
        int length = (int) Math.min(missing, end - at);
        if (length == 0 && missing > 0) {
            return at;
        }
        int to = at + length;
        boolean ascii = Masking.unmask(bytes, at, to, key);
        key = Masking.after(key, length);
        missing -= length;
        next = missing > 0 ? Next.PAYLOAD : Next.HEADER;
        boolean whole = last && missing == 0;
        if (partial.isDiscarded()) {
            message = whole ? Message.NONE : message;
        } else if (message == Message.PLAIN && !goesOn(bytes, at, to, ascii, whole)) {
            refuse(INVALID_DATA, "text that is no UTF-8");
        } else if (whole) {
            whole(bytes, at, length);
        } else {
            messageLength += length;
            int held = partial.add(bytes, at, length, expected());
            sink.part(length, held);
        }
        return to;
    }

    /** Whether a text can go on, or end, with this. */
    private boolean goesOn(byte[] bytes, int at, int to, boolean ascii, boolean whole) {
        if (ascii && utf8 == Utf8Check.BETWEEN) {
            return true;
        }
        utf8 = Utf8Check.next(bytes, at, to, utf8);
        return whole ? utf8 == Utf8Check.BETWEEN : utf8 != Utf8Check.INVALID;
    }

    private void whole(byte[] bytes, int at, int length) {
        boolean compressed = message == Message.COMPRESSED;
        int total = (int) messageLength + length;
        boolean hasParts = messageLength > 0;
        message = Message.NONE;
        messageLength = 0;
        byte[] whole = hasParts ? partial.takeWith(bytes, at, length) : bytes;
        int offset = hasParts ? 0 : at;
        if (whole == null) {
            return; // discarded
        }
        if (compressed) {
            inflate(whole, offset, total, hasParts ? whole.length : 0);
        } else {
            sink.text(whole, offset, total);
        }
    }

    private void inflate(byte[] bytes, int offset, int compressedLength, int held) {
        Inflation inflation = Inflation.POOL.borrow();
        try {
            inflation.begin(bytes, offset, compressedLength);
            inflate(inflation, held);
        } catch (DataFormatException e) {
            refuse(INVALID_DATA, "message that can't be decompressed");
        } finally {
            inflation.giveBack();
        }
    }

    /** What a message becomes is gathered as pieces are, and counts as they do: it may be discarded before it is whole. */
    private void inflate(Inflation inflation, int held) throws DataFormatException {
        int state = Utf8Check.BETWEEN;
        long total = 0;
        do {
            int length = inflation.next();
            int at = inflation.from();
            byte[] output = inflation.output();
            total += length;
            state = Utf8Check.next(output, at, at + length, state);
            if (total > maxMessage) {
                refuse(TOO_BIG, tooLarge());
            } else if (state == Utf8Check.INVALID || (inflation.isOver() && state != Utf8Check.BETWEEN)) {
                refuse(INVALID_DATA, "text that is no UTF-8");
            } else if (!inflation.isOver()) {
                sink.part(length, held + partial.add(output, at, length, maxMessage));
            } else if (total == length) {
                sink.text(output, at, length);
            } else {
                byte[] gathered = partial.takeWith(output, at, length);
                if (gathered != null) {
                    sink.text(gathered, 0, (int) total);
                }
            }
        } while (!inflation.isOver() && !partial.isDiscarded());
    }

    /** How long the message can become, as far as the frames that have come tell. */
    private int expected() {
        return (int) (last ? messageLength + missing : mostBytes(message == Message.COMPRESSED));
    }

    // ---- control frames

    private int controlPayload(byte[] bytes, int at, int end) {
        int length = (int) Math.min(missing, end - at);
        int to = at + length;
        Masking.unmask(bytes, at, to, key);
        key = Masking.after(key, length);
        missing -= length;
        next = missing > 0 ? Next.PAYLOAD : Next.HEADER;
        if (missing == 0 && control == null) {
            control(bytes, at, to);
            return to;
        }
        byte[] gathered = control == null ? new byte[length + (int) missing] : control;
        System.arraycopy(bytes, at, gathered, controlLength, length);
        controlLength += length;
        control = gathered;
        if (missing == 0) {
            control = null;
            controlLength = 0;
            control(gathered, 0, gathered.length);
        }
        return to;
    }

    private void control(byte[] bytes, int from, int to) {
        if (opcode == Opcodes.PING) {
            sink.ping(Arrays.copyOfRange(bytes, from, to));
        } else if (opcode == Opcodes.PONG) {
            sink.pong();
        } else {
            close(bytes, from, to);
        }
    }

    private void close(byte[] bytes, int from, int to) {
        if (from == to) {
            end();
            sink.close(NO_CODE, "");
            return;
        }
        if (to - from == 1) {
            refuse(PROTOCOL_ERROR, "close frame with half a code");
            return;
        }
        int code = (int) number(bytes, from, 2);
        if (!CloseCodes.canBeSent(code)) {
            refuse(PROTOCOL_ERROR, "close frame with code " + code);
        } else if (!Utf8Check.isValid(bytes, from + 2, to)) {
            refuse(INVALID_DATA, "close frame whose reason is no UTF-8");
        } else {
            end();
            sink.close(code, new String(bytes, from + 2, to - from - 2, StandardCharsets.UTF_8));
        }
    }

    // ---- the end

    private int refuse(int code, String reason) {
        end();
        sink.violation(code, reason);
        return 0;
    }

    private void end() {
        next = Next.NOTHING;
        header = null;
        control = null;
        partial.discard();
    }

    private String tooLarge() {
        return "message larger than " + maxMessage + " bytes";
    }

    /** What arrives. None of its methods blocks. */
    interface Sink {

        /** A whole text message, valid UTF-8. The array is the reader's, and only until this returns. */
        void text(byte[] bytes, int offset, int length);

        /**
         * A part of a text message has arrived and more of it is to come; or a part of a compressed one has been decompressed, and it isn't all.
         *
         * @param length the bytes of this part as they came, or have become; 0 for an empty fragment
         * @param held   the bytes of memory that all parts of the message take up together so far
         */
        void part(int length, int held);

        /** A ping, which is to be answered by a pong with the same data. The array is the sink's. */
        void ping(byte[] data);

        /** A pong, asked for or not. */
        void pong();

        /**
         * A close frame; nothing is heard after it.
         *
         * @param code 1005 if it has none
         */
        void close(int code, String reason);

        /**
         * What arrives breaks the protocol; nothing is heard after it.
         *
         * @param code   1002 for the protocol, 1003 for a binary message, 1007 for bytes that are no UTF-8 or can't be decompressed, 1009
         *               for a message that is too large
         * @param reason for the other side
         */
        void violation(int code, String reason);
    }
}
