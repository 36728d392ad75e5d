package io.xywebsocket.protocol;

import org.jspecify.annotations.Nullable;

/** Reads frames. The grammar of the whole text is checked before anything is made of it. Immutable. */
public final class FrameDecoder {

    private final Prefixes prefixes;

    public FrameDecoder(Prefixes prefixes) {
        this.prefixes = prefixes;
    }

    /**
     * Reads one text message. Members may come in any order, unknown ones are ignored, of duplicates the last one wins.
     *
     * @throws MalformedFrameException if the text isn't a JSON object with a text {@code e}
     */
    public Frame decode(String text) throws MalformedFrameException {
        Envelope envelope = new Envelope(text);
        JsonObjectSlicer.visit(text, envelope);
        String e = envelope.e;
        if (e == null) {
            throw new MalformedFrameException(envelope.hasE ? "'e' is not a text" : "'e' is missing");
        }
        String payload = envelope.payload();
        String id = envelope.id();
        if (e.startsWith(prefixes.event())) {
            return new Frame.Event(e.substring(prefixes.event().length()), payload);
        }
        if (e.startsWith(prefixes.call())) {
            return new Frame.Call(e.substring(prefixes.call().length()), payload, id, envelope.ttl());
        }
        if (e.startsWith(prefixes.resolve())) {
            return new Frame.Resolve(e.substring(prefixes.resolve().length()), id, payload);
        }
        if (e.startsWith(prefixes.reject())) {
            return new Frame.Reject(e.substring(prefixes.reject().length()), id, payload);
        }
        if (!prefixes.cancel().isEmpty() && e.startsWith(prefixes.cancel())) {
            return new Frame.Cancel(e.substring(prefixes.cancel().length()), id);
        }
        return new Frame.Unknown();
    }

    private static final class Envelope implements JsonObjectSlicer.Members {

        /** Thirty years, in milliseconds: so much can be added to a time in nanoseconds. */
        private static final long LONGEST_TTL = 1_000_000_000_000L;

        private static final int SHORTEST_ESCAPE = "\\u0000".length();

        private final String text;
        private boolean hasE;
        private @Nullable String e;
        private int payloadStart = -1;
        private int payloadEnd;
        private int idStart = -1;
        private int idEnd;
        private int ttlStart = -1;
        private int ttlEnd;

        Envelope(String text) {
            this.text = text;
        }

        @Override
        public void member(int name, int nameEnd, int value, int valueEnd) {
            if (is("e", name, nameEnd)) {
                hasE = true;
                e = text.charAt(value) == '"' ? JsonScanner.unquote(text, value, valueEnd) : null;
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
            return length == wanted.length()
                    ? text.startsWith(wanted, name + 1)
                    : length >= SHORTEST_ESCAPE
                            && JsonScanner.unquote(text, name, nameEnd).equals(wanted);
        }

        @Nullable
        String payload() {
            return payloadStart < 0 ? null : text.substring(payloadStart, payloadEnd);
        }

        @Nullable
        String id() {
            return idStart < 0 ? null : text.substring(idStart, idEnd);
        }

        /** Whatever isn't a positive number is taken for a member that we don't know. */
        long ttl() {
            if (ttlStart < 0) {
                return 0;
            }
            long millis = 0;
            for (int i = ttlStart; i < ttlEnd; i++) {
                int digit = text.charAt(i) - '0';
                if (digit < 0 || digit > 9) {
                    return unusualTtl();
                }
                millis = Math.min(LONGEST_TTL, 10 * millis + digit);
            }
            return millis;
        }

        private long unusualTtl() {
            char begin = text.charAt(ttlStart);
            if (begin < '0' || begin > '9') {
                return 0;
            }
            double millis = Math.ceil(Double.parseDouble(text.substring(ttlStart, ttlEnd)));
            return (long) Math.min(LONGEST_TTL, millis);
        }
    }
}
