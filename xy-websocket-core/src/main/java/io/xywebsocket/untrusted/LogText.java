package io.xywebsocket.untrusted;

import java.net.URI;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What came over the wire, on its way into a log: nobody at the other end forges a line of it. Stateless.
 *
 * @since 0.1
 */
public final class LogText {

    /** An exception whose causes may quote a payload: the log gets their classes and traces, and not what they say. */
    public interface Quoting {}

    private static final int MAX = 100;

    /** Whatever ends a line, or changes how one is shown. */
    private static final Pattern UNFIT = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");

    private LogText() {}

    /** The text on one line, without control or formatting characters, and not too long. */
    public static String of(String text) {
        return of(text, MAX);
    }

    /** The text on one line, without control or formatting characters, and no more of it than so many characters. */
    public static String of(String text, int max) {
        return line(text.length() > max ? text.substring(0, max) + "…" : text);
    }

    /**
     * The throwable as it may be logged: itself, or a copy if there is something in the texts of it, of its causes or of what it suppresses
     * that would not stay on its line, or a {@link Quoting quotation}, or if its methods throw, its causes go round in circles or there
     * are more than a hundred of them. The copy is of the same classes where these have one of the usual constructors, else it is printed under their names; it
     * has the traces. Never throws.
     */
    public static Throwable of(Throwable thrown) {
        return Harmless.of(thrown);
    }

    /** Logs, and goes on whatever becomes of it: nothing that others wait for may depend on an appender. Never throws. */
    public static void quietly(Runnable logging) {
        try {
            logging.run();
        } catch (Throwable t) {
            // there is nobody to be told but the log
        }
    }

    /** A server's address without its user, query, fragment and parameters of the path: passwords and tokens stand there. */
    public static String address(URI uri) {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme() + ":";
        String authority = uri.getRawAuthority();
        String host = authority == null ? "" : "//" + authority.substring(authority.lastIndexOf('@') + 1);
        return of(scheme + host) + path(uri);
    }

    /** Where a URI leads: its path, still encoded, up to the first parameter. A session's id may be one, and there are secrets in queries. */
    public static String path(URI uri) {
        String path = uri.getRawPath();
        return path == null ? "" : of(path.replaceFirst(";.*", ""));
    }

    static String line(String text) {
        return UNFIT.matcher(text).replaceAll("?");
    }

    static boolean isLine(@Nullable String text) {
        return text == null || !UNFIT.matcher(text).find();
    }
}
