package io.xywebsocket.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads frames. The grammar of the whole text is checked before anything is made of it. Thread-safe.
 *
 * @since 0.1
 */
public final class FrameDecoder {

    private enum Kind {
        EVENT,
        CALL,
        RESOLVE,
        REJECT,
        CANCEL
    }

    /** What a kind's {@code e} begins with. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Prefix(Kind kind, String text, byte[] utf8) {

        static Prefix of(Kind kind, String text) {
            return new Prefix(kind, text, new JsonBuffer().append(text).toByteArray());
        }

        boolean begins(byte[] json, int start, int end) {
            return end - start >= utf8.length && Arrays.equals(json, start, start + utf8.length, utf8, 0, utf8.length);
        }
    }

    /** In the order in which they are tried. */
    private final Prefix[] prefixes;

    private final NameCache names = new NameCache();

    public FrameDecoder(Prefixes prefixes) {
        this.prefixes = Stream.of(
                        Prefix.of(Kind.EVENT, prefixes.event()),
                        Prefix.of(Kind.CALL, prefixes.call()),
                        Prefix.of(Kind.RESOLVE, prefixes.resolve()),
                        Prefix.of(Kind.REJECT, prefixes.reject()),
                        Prefix.of(Kind.CANCEL, prefixes.cancel()))
                .filter(prefix -> !prefix.text.isEmpty())
                .toArray(Prefix[]::new);
    }

    /**
     * Reads one text message. Members may come in any order, unknown ones are ignored, of duplicates the last one wins.
     *
     * @param utf8   holds the message as valid UTF-8; nothing of it is kept
     * @param offset where the message begins
     * @param length its bytes
     * @throws MalformedFrameException if the text isn't a JSON object with a text {@code e}
     */
    public Frame decode(byte[] utf8, int offset, int length) throws MalformedFrameException {
        Envelope envelope = new Envelope(utf8);
        JsonObjectSlicer.visit(utf8, offset, length, envelope);
        if (envelope.eStart < 0) {
            throw new MalformedFrameException("'e' is missing");
        }
        if (utf8[envelope.eStart] != '"') {
            throw new MalformedFrameException("'e' is not a text");
        }
        if (JsonScanner.hasEscapes(utf8, envelope.eStart, envelope.eEnd)) {
            return frame(JsonScanner.unquote(utf8, envelope.eStart, envelope.eEnd), envelope);
        }
        int start = envelope.eStart + 1;
        int end = envelope.eEnd - 1;
        for (Prefix prefix : prefixes) {
            if (prefix.begins(utf8, start, end)) {
                return envelope.frame(prefix.kind, names.get(utf8, start + prefix.utf8.length, end));
            }
        }
        return new Frame.Unknown();
    }

    /** What is written with escapes need not have a form in UTF-8. */
    private Frame frame(String e, Envelope envelope) {
        for (Prefix prefix : prefixes) {
            if (e.startsWith(prefix.text)) {
                return envelope.frame(prefix.kind, e.substring(prefix.text.length()));
            }
        }
        return new Frame.Unknown();
    }

    private static final class Envelope implements JsonObjectSlicer.Members {

        /** Thirty years, in milliseconds: so much can be added to a time in nanoseconds. */
        private static final long LONGEST_TTL = 1_000_000_000_000L;

        private static final int SHORTEST_ESCAPE = "\\u0000".length();

        private final byte[] text;
        private int eStart = -1;
        private int eEnd;
        private int payloadStart = -1;
        private int payloadEnd;
        private int idStart = -1;
        private int idEnd;
        private int ttlStart = -1;
        private int ttlEnd;

        Envelope(byte[] text) {
            this.text = text;
        }

        @Override
        public void member(int name, int nameEnd, int value, int valueEnd) {
            if (is("e", name, nameEnd)) {
                eStart = value;
                eEnd = valueEnd;
            } else if (is("p", name, nameEnd)) {
                payloadStart = value;
                payloadEnd = valueEnd;
            } else if (is("id", name, nameEnd)) {
                idStart = value;
                idEnd = valueEnd;
            } else if (is("ttl", name, nameEnd)) {
                ttlStart = value;
                ttlEnd = valueEnd;
            }
        }

        /** A name may be written with escapes, though nobody does. */
        private boolean is(String wanted, int name, int nameEnd) {
            int length = nameEnd - name - 2;
            if (length == wanted.length()) {
                for (int i = 0; i < length; i++) {
                    if (text[name + 1 + i] != wanted.charAt(i)) {
                        return false;
                    }
                }
                return true;
            }
            return length >= SHORTEST_ESCAPE
                    && JsonScanner.hasEscapes(text, name, nameEnd)
                    && JsonScanner.unquote(text, name, nameEnd).equals(wanted);
        }

        Frame frame(Kind kind, String name) {
            return switch (kind) {
                case EVENT -> new Frame.Event(name, payload());
                case CALL -> new Frame.Call(name, payload(), id(), ttl());
                case RESOLVE -> new Frame.Resolve(name, id(), payload());
                case REJECT -> new Frame.Reject(name, id(), payload());
                case CANCEL -> new Frame.Cancel(name, id());
            };
        }

        private byte @Nullable [] payload() {
            return payloadStart < 0 ? null : Arrays.copyOfRange(text, payloadStart, payloadEnd);
        }

        private @Nullable String id() {
            return idStart < 0 ? null : text(idStart, idEnd);
        }

        private String text(int start, int end) {
            return new String(text, start, end - start, StandardCharsets.UTF_8);
        }

        /** Whatever isn't a positive number is taken for a member that we don't know. */
        private long ttl() {
            if (ttlStart < 0) {
                return 0;
            }
            long millis = 0;
            for (int i = ttlStart; i < ttlEnd; i++) {
                int digit = text[i] - '0';
                if (digit < 0 || digit > 9) {
                    return unusualTtl();
                }
                millis = Math.min(LONGEST_TTL, 10 * millis + digit);
            }
            return millis;
        }

        private long unusualTtl() {
            byte begin = text[ttlStart];
            if (begin < '0' || begin > '9') {
                return 0;
            }
            double millis = Math.ceil(Double.parseDouble(text(ttlStart, ttlEnd)));
            return (long) Math.min(LONGEST_TTL, millis);
        }
    }
}
