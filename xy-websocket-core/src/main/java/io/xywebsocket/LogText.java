package io.xywebsocket;

/** Texts of peers on their way into a log. */
final class LogText {

    private static final int MAX = 100;

    private LogText() {}

    /** The text on one line, without control or formatting characters, and not too long: a peer can't forge a log line. */
    static String of(String text) {
        String start = text.length() > MAX ? text.substring(0, MAX) + "…" : text;
        return start.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", "?");
    }
}
