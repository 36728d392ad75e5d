package io.xywebsocket.transport;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Objects;
import java.util.Set;

/** What the log gets of a throwable whose texts are not fit for it. */
final class HarmlessCopy extends Throwable {

    private static final long serialVersionUID = 1L;

    private HarmlessCopy(Throwable original) {
        super(text(original));
        setStackTrace(original.getStackTrace());
    }

    /** The throwable itself, unless a text in its chain is not fit. */
    static Throwable ifNeeded(Throwable thrown) {
        Set<Throwable> chain = Collections.newSetFromMap(new IdentityHashMap<>()); // which may have cycles
        gather(thrown, chain);
        if (chain.stream().allMatch(HarmlessCopy::isFit)) {
            return thrown;
        }
        IdentityHashMap<Throwable, HarmlessCopy> copies = new IdentityHashMap<>();
        chain.forEach(each -> copies.put(each, new HarmlessCopy(each)));
        copies.forEach((original, copy) -> copy.link(original, copies));
        return Objects.requireNonNull(copies.get(thrown));
    }

    private static void gather(Throwable thrown, Set<Throwable> chain) {
        if (chain.add(thrown)) {
            Throwable cause = thrown.getCause();
            if (cause != null) {
                gather(cause, chain);
            }
            for (Throwable suppressed : thrown.getSuppressed()) {
                gather(suppressed, chain);
            }
        }
    }

    /** Logs print the one or the other. */
    private static boolean isFit(Throwable thrown) {
        return LogText.isLine(thrown.getMessage()) && LogText.isLine(thrown.toString());
    }

    private static String text(Throwable original) {
        String message = original.getMessage();
        String type = original.getClass().getName();
        return message == null ? type : type + ": " + LogText.line(message);
    }

    private void link(Throwable original, IdentityHashMap<Throwable, HarmlessCopy> copies) {
        Throwable cause = original.getCause();
        HarmlessCopy copy = cause == null ? null : copies.get(cause);
        if (copy != null && copy != this) {
            initCause(copy);
        }
        for (Throwable each : original.getSuppressed()) {
            HarmlessCopy suppressed = copies.get(each);
            if (suppressed != null) { // somebody may have added one meanwhile
                addSuppressed(suppressed);
            }
        }
    }
}
