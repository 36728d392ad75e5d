package io.xywebsocket.untrusted;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Throwables of somebody else's: each of their methods may throw, and their causes may go round in circles. Nothing here throws.
 * Stateless.
 *
 * @since 0.1
 */
public final class Thrown {

    /** So many wrappers are looked through. */
    private static final int MAX_DEPTH = 100;

    private Thrown() {}

    /** What it says of itself; null if it says nothing, or fails to. */
    public static @Nullable String message(Throwable thrown) {
        try {
            return thrown.getMessage();
        } catch (Throwable t) {
            return null;
        }
    }

    /** Class and message, or whatever else it is printed as; the class alone if it fails to say. */
    public static String text(Throwable thrown) {
        try {
            String text = thrown.toString();
            return text == null ? thrown.getClass().getName() : text;
        } catch (Throwable t) {
            return thrown.getClass().getName();
        }
    }

    /** Its cause; null if it has none, fails to tell, or names itself. */
    @SuppressWarnings("ReferenceEquality")
    public static @Nullable Throwable cause(Throwable thrown) {
        try {
            Throwable cause = thrown.getCause();
            return cause == thrown ? null : cause;
        } catch (Throwable t) {
            return null;
        }
    }

    /** What went wrong, without the wrappers of reflection and of futures. */
    public static Throwable unwrap(Throwable thrown) {
        Throwable error = thrown;
        for (int depth = 0; depth < MAX_DEPTH && isWrapper(error); depth++) {
            Throwable cause = cause(error);
            if (cause == null) {
                return error;
            }
            error = cause;
        }
        return error;
    }

    /**
     * What a future can be completed with: one of the JDK's asks a throwable for its text, and its stages never complete if that fails.
     *
     * @return the throwable itself, or another that has it suppressed
     */
    public static Throwable forFuture(Throwable thrown) {
        try {
            var unused = thrown.toString();
            return thrown;
        } catch (Throwable t) {
            IllegalStateException tellable =
                    new IllegalStateException(thrown.getClass().getName() + ", which fails to say more");
            tellable.addSuppressed(thrown);
            return tellable;
        }
    }

    private static boolean isWrapper(Throwable error) {
        return error instanceof CompletionException
                || error instanceof ExecutionException
                || error instanceof InvocationTargetException
                || error instanceof UndeclaredThrowableException;
    }
}
