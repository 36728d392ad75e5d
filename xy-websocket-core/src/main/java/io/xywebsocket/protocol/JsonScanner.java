package io.xywebsocket.protocol;

/**
 * Walks once through a JSON text, RFC 8259, and checks its grammar, its depth and the length of its numbers; makes no values.
 * For one thread and one text.
 */
final class JsonScanner {

    private final String json;
    private int at;

    JsonScanner(String json) {
        this.json = json;
    }

    /** Where the next character is. */
    int position() {
        return at;
    }

    /** The next character that isn't white space, not taken; 0 at the end. */
    char peek() {
        while (at < json.length()) {
            char c = json.charAt(at);
            if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
                return c;
            }
            at++;
        }
        return 0;
    }

    /** Takes the next character that isn't white space, if it is this one. */
    boolean take(char wanted) {
        if (peek() != wanted) {
            return false;
        }
        at++;
        return true;
    }

    void expect(char wanted) throws MalformedFrameException {
        if (!take(wanted)) {
            throw invalid();
        }
    }

    /**
     * Goes past a value.
     *
     * @param depth how many arrays and objects it is in
     */
    void skipValue(int depth) throws MalformedFrameException {
        switch (peek()) {
            case '"' -> skipString();
            case '{' -> skipObject(depth + 1);
            case '[' -> skipArray(depth + 1);
            case 't' -> skipWord("true");
            case 'f' -> skipWord("false");
            case 'n' -> skipWord("null");
            default -> skipNumber();
        }
    }

    private void skipObject(int depth) throws MalformedFrameException {
        open(depth);
        if (take('}')) {
            return;
        }
        do {
            peek();
            skipString();
            expect(':');
            skipValue(depth);
        } while (take(','));
        expect('}');
    }

    private void skipArray(int depth) throws MalformedFrameException {
        open(depth);
        if (take(']')) {
            return;
        }
        do {
            skipValue(depth);
        } while (take(','));
        expect(']');
    }

    private void open(int depth) throws MalformedFrameException {
        if (depth > JsonObjectSlicer.MAX_DEPTH) {
            throw new MalformedFrameException("nested too deep");
        }
        at++;
    }

    /** Goes past a string, of which the next character must be the opening quote. */
    void skipString() throws MalformedFrameException {
        if (next() != '"') {
            throw invalid();
        }
        String text = json;
        int quote = text.indexOf('"', at);
        if (quote >= 0 && isPlain(text, at, quote)) {
            at = quote + 1;
            return;
        }
        int i = at;
        int end = text.length();
        while (i < end) {
            char c = text.charAt(i++);
            if (c == '"') {
                at = i;
                return;
            } else if (c == '\\') {
                at = i;
                skipEscape();
                i = at;
            } else if (c < ' ') {
                break;
            }
        }
        throw invalid();
    }

    /** Whether there is neither a backslash nor a control character: the usual case, seen without a branch for each character. */
    private static boolean isPlain(String text, int start, int end) {
        int negative = 0;
        for (int i = start; i < end; i++) {
            char c = text.charAt(i);
            negative |= (c - ' ') | ((c ^ '\\') - 1);
        }
        return negative >= 0;
    }

    private void skipEscape() throws MalformedFrameException {
        switch (next()) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> {}
            case 'u' -> {
                for (int i = 0; i < 4; i++) {
                    if (Character.digit(asciiOr0(next()), 16) < 0) {
                        throw invalid();
                    }
                }
            }
            default -> throw invalid();
        }
    }

    /** {@link Character#digit} knows the digits of all scripts; JSON those of ASCII. */
    private static char asciiOr0(char c) {
        return c < 0x80 ? c : 0;
    }

    private void skipWord(String word) throws MalformedFrameException {
        if (!json.startsWith(word, at)) {
            throw invalid();
        }
        at += word.length();
    }

    private void skipNumber() throws MalformedFrameException {
        int start = at;
        if (isNext('-')) {
            at++;
        }
        if (isNext('0')) {
            at++;
        } else {
            skipDigits();
        }
        if (isNext('.')) {
            at++;
            skipDigits();
        }
        if (isNext('e') || isNext('E')) {
            at++;
            if (isNext('+') || isNext('-')) {
                at++;
            }
            skipDigits();
        }
        if (at - start > JsonObjectSlicer.MAX_NUMBER_LENGTH) {
            throw new MalformedFrameException("number too long");
        }
    }

    private void skipDigits() throws MalformedFrameException {
        int start = at;
        while (at < json.length() && json.charAt(at) >= '0' && json.charAt(at) <= '9') {
            at++;
        }
        if (at == start) {
            throw invalid();
        }
    }

    private boolean isNext(char c) {
        return at < json.length() && json.charAt(at) == c;
    }

    private char next() throws MalformedFrameException {
        if (at >= json.length()) {
            throw invalid();
        }
        return json.charAt(at++);
    }

    private static MalformedFrameException invalid() {
        return new MalformedFrameException("not valid JSON");
    }

    /**
     * The text that a string stands for.
     *
     * @param start of its opening quote
     * @param end   behind its closing quote; its grammar has been checked
     */
    static String unquote(String json, int start, int end) {
        String raw = json.substring(start + 1, end - 1);
        if (raw.indexOf('\\') < 0) { // not json's: that would look on to its end, for each string
            return raw;
        }
        StringBuilder text = new StringBuilder(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c != '\\') {
                text.append(c);
                continue;
            }
            char escaped = raw.charAt(++i);
            switch (escaped) {
                case 'b' -> text.append('\b');
                case 'f' -> text.append('\f');
                case 'n' -> text.append('\n');
                case 'r' -> text.append('\r');
                case 't' -> text.append('\t');
                case 'u' -> {
                    text.append((char) Integer.parseInt(raw, i + 1, i + 5, 16));
                    i += 4;
                }
                default -> text.append(escaped);
            }
        }
        return text.toString();
    }
}
