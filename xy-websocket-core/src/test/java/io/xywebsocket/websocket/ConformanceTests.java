package io.xywebsocket.websocket;

import static io.xywebsocket.websocket.ClientFrames.FIN;
import static io.xywebsocket.websocket.ClientFrames.RSV1;
import static io.xywebsocket.websocket.ClientFrames.concat;
import static io.xywebsocket.websocket.ClientFrames.frame;
import static io.xywebsocket.websocket.ClientFrames.hex;
import static io.xywebsocket.websocket.ClientFrames.ping;
import static io.xywebsocket.websocket.ClientFrames.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.xywebsocket.engine.ManualClock;
import io.xywebsocket.transport.OutgoingMessage;
import io.xywebsocket.transport.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What goes out for what comes in, over a transport that echoes: the groups of cases that conformance suites for RFC 6455 and RFC 7692 have.
 * Each case runs plain and compressed; at once, frame by frame as far as pieces of that size do, and octet by octet.
 */
class ConformanceTests {

    private static final int MAX_MESSAGE = 1 << 20;
    private static final int TEXT = Opcodes.TEXT;
    private static final int MORE = Opcodes.CONTINUATION;
    private static final byte[] NOTHING = {};
    private static final byte[] BYE = ClientFrames.close(1000, "bye");
    private static final PerMessageDeflate AGREED = PerMessageDeflate.negotiate(List.of("permessage-deflate"));

    /** @param answers what goes out, in order; "ended" where TCP ends by then */
    private record Case(String name, boolean compressed, byte[] bytes, List<String> answers) {

        @Override
        public String toString() {
            return name + (compressed ? ", compressed" : "");
        }
    }

    /** Makes the cases of one way to send messages. */
    private static final class Cases {

        private final List<Case> all = new ArrayList<>();
        private final boolean compressed;

        Cases(boolean compressed) {
            this.compressed = compressed;
        }

        private void add(String name, List<String> answers, byte[]... frames) {
            all.add(new Case(name, compressed, concat(frames), answers));
        }

        private byte[] message(byte[] utf8) {
            return message(utf8, Integer.MAX_VALUE);
        }

        private byte[] message(String text) {
            return message(utf8(text));
        }

        private byte[] message(byte[] utf8, int fragment) {
            byte[] payload = compressed ? ClientFrames.deflated(utf8, 6) : utf8;
            int first = compressed ? TEXT | RSV1 : TEXT;
            return payload.length == 0
                    ? frame(FIN | first, payload)
                    : ClientFrames.fragmented(first, payload, Math.min(fragment, payload.length));
        }

        private List<Case> made() {
            framing();
            pings();
            reservedBits();
            opcodes();
            fragments();
            texts();
            closes();
            limits();
            return all;
        }

        private void framing() {
            for (int length : new int[] {0, 1, 125, 126, 127, 128, 255, 256, 65_535, 65_536, 70_000}) {
                String text = "*".repeat(length);
                add("text of " + length, List.of("text " + text), message(text));
                for (int fragment : new int[] {1, 64, 125, 126, 997, 1300}) {
                    if (length < 70 * fragment) {
                        add(
                                "text of " + length + " in fragments of " + fragment,
                                List.of("text " + text),
                                message(utf8(text), fragment));
                    }
                }
            }
            add("binary", List.of("close 1003 "), frame(FIN | Opcodes.BINARY, utf8("b")));
        }

        private void pings() {
            for (String data : List.of("", "Hello", "\u0000\u007f", "d".repeat(125))) {
                add("ping with " + data.length(), List.of("pong " + data), ping(data));
            }
            add("ping too long", List.of("close 1002 "), ping("d".repeat(126)));
            byte[] pong = frame(FIN | Opcodes.PONG, utf8("nobody asked"));
            add("pong", List.of("pong p"), pong, frame(FIN | Opcodes.PONG, NOTHING), ping("p"));
            add(
                    "ten pings",
                    Collections.nCopies(10, "pong p"),
                    Collections.nCopies(10, ping("p")).toArray(byte[][]::new));
            add("ping and text", List.of("pong p", "text t"), ping("p"), message("t"));
        }

        private void reservedBits() {
            for (int bits = 0x10; bits <= 0x70; bits += 0x10) {
                for (int opcode : new int[] {TEXT, MORE, Opcodes.BINARY, Opcodes.CLOSE, Opcodes.PING, Opcodes.PONG}) {
                    if (!(compressed && bits == RSV1 && (opcode == TEXT || opcode == Opcodes.BINARY))) {
                        byte[] bad = frame(FIN | bits | opcode, utf8("reserved"));
                        add(
                                "bits " + bits + " of " + opcode,
                                List.of("text a", "close 1002 "),
                                message("a"),
                                bad,
                                ping(""));
                    }
                }
            }
        }

        private void opcodes() {
            for (int opcode = 0; opcode < 16; opcode++) {
                if (!Opcodes.isKnown(opcode)) {
                    for (byte[] payload : List.of(NOTHING, utf8("payload"))) {
                        byte[] bad = frame(FIN | opcode, payload);
                        add("opcode " + opcode, List.of("text a", "close 1002 "), message("a"), bad, message("b"));
                        add("opcode " + opcode + " in a message", List.of("close 1002 "), frame(TEXT, utf8("a")), bad);
                    }
                }
            }
        }

        private void fragments() {
            for (int opcode : new int[] {Opcodes.CLOSE, Opcodes.PING, Opcodes.PONG}) {
                add(
                        "part of " + opcode,
                        List.of("close 1002 "),
                        frame(opcode, utf8("ab")),
                        frame(FIN | MORE, utf8("c")));
            }
            byte[] halves = message(utf8("two fragments"), 7);
            int first = 6 + 7;
            byte[] half = Arrays.copyOf(halves, first);
            byte[] rest = Arrays.copyOfRange(halves, first, halves.length);
            add("ping between", List.of("pong p", "text two fragments"), half, ping("p"), rest);
            add("pong between", List.of("text two fragments"), half, frame(FIN | Opcodes.PONG, utf8("p")), rest);
            add("close between", List.of("close 1000 bye", "ended"), half, BYE, rest);
            add("text between", List.of("close 1002 "), half, message("inside"), rest);
            add("two messages of parts", List.of("text two fragments", "text two fragments"), halves, halves);
            for (int fin : new int[] {0, FIN}) {
                byte[] stray = frame(fin | MORE, utf8("stray"));
                add("continuation of nothing " + fin, List.of("close 1002 "), stray, message("a"));
                add("continuation behind " + fin, List.of("text two fragments", "close 1002 "), halves, stray);
            }
            byte[] none = frame(MORE, NOTHING);
            add("empty parts", List.of("text two fragments"), half, none, none, rest);
            add("only empty parts", List.of("text "), frame(TEXT, NOTHING), none, frame(FIN | MORE, NOTHING));
        }

        private void texts() {
            for (String text : List.of(
                    "Hello-µ@ßöäüàá-UTF-8!!",
                    "\u03ba\u1f79\u03c3\u03bc\u03b5",
                    "\ud800\udc00",
                    "\udbff\udfff",
                    "\u0000",
                    "\ufeff",
                    "\ufffe\uffff",
                    "\ud83f\udffe",
                    "\u007f\u0080\u07ff\u0800\ud7ff\ue000\ufffd")) {
                byte[] utf8 = utf8(text);
                add("valid " + HexFormat.of().formatHex(utf8), List.of("text " + text), message(utf8));
                for (int fragment = 1; fragment < Math.min(4, utf8.length); fragment++) {
                    add("valid in " + fragment, List.of("text " + text), message(utf8, fragment));
                }
            }
            for (String bad : List.of(
                    "cebae1bdb9cf83cebcceb5eda080656469746564",
                    "80",
                    "bf",
                    "c0af",
                    "c1bf",
                    "e080af",
                    "e09fbf",
                    "f08080af",
                    "f08fbfbf",
                    "eda080",
                    "edafbf",
                    "edb080",
                    "edbfbf",
                    "eda080edb080",
                    "f4908080",
                    "f7bfbfbf",
                    "f888808080",
                    "fbbfbfbfbf",
                    "fc8480808080",
                    "fdbfbfbfbfbf",
                    "fe",
                    "ff",
                    "fefeffff",
                    "c3",
                    "e282",
                    "f09f98")) {
                byte[] text = concat(utf8("before "), hex(bad));
                add("invalid " + bad, List.of("close 1007 "), message(text), message("behind"));
                for (int at = 1; at < text.length; at++) {
                    byte[] payload = compressed ? ClientFrames.deflated(text, 6) : text;
                    int cut = Math.min(at, payload.length - 1);
                    add(
                            "invalid " + bad + " cut at " + cut,
                            List.of("close 1007 "),
                            frame(compressed ? TEXT | RSV1 : TEXT, Arrays.copyOf(payload, cut)),
                            frame(FIN | MORE, Arrays.copyOfRange(payload, cut, payload.length)));
                }
            }
        }

        private void closes() {
            List<String> bye = List.of("close 1000 bye", "ended");
            add("close", bye, BYE);
            add("text and close", List.of("text a", "close 1000 bye", "ended"), message("a"), BYE);
            add("two closes", bye, BYE, BYE);
            add("ping behind close", bye, BYE, ping("late"));
            add("text behind close", bye, BYE, message("late"));
            add(
                    "large text and close",
                    List.of("text " + "x".repeat(256 << 10), "close 1000 bye", "ended"),
                    message("x".repeat(256 << 10)),
                    BYE,
                    ping("late"));
            add("empty close", List.of("close 1005 ", "ended"), frame(FIN | Opcodes.CLOSE, NOTHING));
            add("half a code", List.of("close 1002 "), frame(FIN | Opcodes.CLOSE, new byte[1]));
            for (int length : new int[] {0, 1, 123}) {
                String reason = "r".repeat(length);
                add("reason of " + length, List.of("close 1000 " + reason, "ended"), ClientFrames.close(1000, reason));
            }
            add("reason of 124", List.of("close 1002 "), ClientFrames.close(1000, "r".repeat(124)));
            byte[] garbled = concat(hex("03e8"), hex("cebae1bdb9cf83cebcceb5eda080656469746564"));
            add("garbled reason", List.of("close 1007 "), frame(FIN | Opcodes.CLOSE, garbled));
            for (int code = 0; code <= 0xffff; code += code < 5100 ? 1 : 997) {
                boolean may = (code >= 1000 && code <= 1003)
                        || (code >= 1007 && code <= 1014)
                        || (code >= 3000 && code < 5000);
                if (code < 20 || code > 990 && code < 1030 || code % 100 == 0 || code % 100 == 99 || code > 5000) {
                    add(
                            "code " + code,
                            may ? List.of("close " + code + " ", "ended") : List.of("close 1002 "),
                            ClientFrames.close(code, ""));
                }
            }
        }

        private void limits() {
            SplittableRandom random = new SplittableRandom(1);
            StringBuilder text = new StringBuilder();
            while (text.length() < MAX_MESSAGE) {
                text.append((char) ('a' + random.nextInt(26)));
            }
            String largest = text.toString();
            for (int fragment : new int[] {Integer.MAX_VALUE, 256 << 10, 4096}) {
                add("largest in " + fragment, List.of("text " + largest), message(utf8(largest), fragment));
                add("too large in " + fragment, List.of("close 1009 "), message(utf8(largest + "x"), fragment));
            }
            byte[] announced = ClientFrames.header(FIN | TEXT, Long.MAX_VALUE);
            add("too large to be true", List.of("close 1009 "), announced);
        }
    }

    static Stream<Case> cases() {
        return Stream.of(false, true).flatMap(compressed -> new Cases(compressed).made().stream());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void answers(Case tried) {
        int all = tried.bytes.length;
        for (int piece : new int[] {all, 997, all > 100_000 ? 13 : 1}) {
            assertThat(answers(tried, piece)).as("in pieces of %d", piece).isEqualTo(tried.answers);
        }
    }

    private static List<String> answers(Case tried, int piece) {
        PerMessageDeflate deflate = tried.compressed ? AGREED : null;
        MemoryWire wire = new MemoryWire();
        WebSocketTransport transport = new WebSocketTransport(wire, new ManualClock(), MAX_MESSAGE, deflate);
        wire.transport = transport;
        transport.start(new Echo(transport));
        for (int at = 0; at < tried.bytes.length; at += piece) {
            int to = Math.min(tried.bytes.length, at + piece);
            transport.onBytes(ByteBuffer.wrap(Arrays.copyOfRange(tried.bytes, at, to)));
        }
        ReadFrames read = new ReadFrames();
        new FrameReader(false, MAX_MESSAGE, deflate, read).read(ByteBuffer.wrap(withPongsAsPings(wire.bytes())));
        List<String> answers = new ArrayList<>(read.told);
        answers.replaceAll(answer -> answer.replaceFirst("^ping ", "pong "));
        if (wire.ended) {
            answers.add("ended");
        }
        return answers;
    }

    /** The data of pings is told, that of pongs is not. */
    private static byte[] withPongsAsPings(byte[] frames) {
        ByteBuffer bytes = ByteBuffer.wrap(frames);
        while (bytes.hasRemaining()) {
            if ((bytes.get(bytes.position()) & 0xf) == Opcodes.PONG) {
                bytes.put(bytes.position(), (byte) (FIN | Opcodes.PING));
            }
            bytes.get();
            int length = bytes.get();
            length = length == 126 ? bytes.getShort() & 0xffff : length == 127 ? (int) bytes.getLong() : length;
            bytes.position(bytes.position() + length);
        }
        return frames;
    }

    /** An engine that sends what it hears, and closes for what is wrong. */
    private record Echo(WebSocketTransport transport) implements Transport.Receiver {

        @Override
        public void onText(byte[] utf8, int offset, int length) {
            try {
                transport.send(new OutgoingMessage(Arrays.copyOfRange(utf8, offset, offset + length), length), true);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void onViolation(int code, String reason) {
            try {
                transport.close(code, "");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void onPing() {}

        @Override
        public void onPong() {}

        @Override
        public void onWritable() {}

        @Override
        public void onClosed(int code, String reason) {}
    }
}
