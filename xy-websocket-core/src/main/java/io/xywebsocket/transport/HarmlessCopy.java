package io.xywebsocket.transport;

import java.util.IdentityHashMap;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the log gets of a throwable whose texts are not fit for it. */
final class HarmlessCopy extends Throwable {

    private static final long serialVersionUID = 1L;

    private HarmlessCopy(Throwable original, boolean quotes) {
        super(text(original, quotes));
        setStackTrace(original.getStackTrace());
    }

    /** The throwable itself, unless a text in its chain is not fit. */
    static Throwable ifNeeded(Throwable thrown) {
        IdentityHashMap<Throwable, Boolean> chain = new IdentityHashMap<>(); // it may have cycles
        gather(thrown, false, chain);
        if (chain.entrySet().stream().noneMatch(each -> each.getValue() || isUnfit(each.getKey()))) {
            return thrown;
        }
        IdentityHashMap<Throwable, HarmlessCopy> copies = new IdentityHashMap<>();
        chain.forEach((each, quotes) -> copies.put(each, new HarmlessCopy(each, quotes)));
        copies.forEach((original, copy) -> copy.link(original, copies));
        return Objects.requireNonNull(copies.get(thrown));
    }

    /** All that there is, and whether it may quote a payload. */
    private static void gather(@Nullable Throwable thrown, boolean quotes, IdentityHashMap<Throwable, Boolean> chain) {
        if (thrown == null || chain.getOrDefault(thrown, false) || (chain.containsKey(thrown) && !quotes)) {
            return;
        }
        chain.put(thrown, quotes);
        gather(thrown.getCause(), quotes || thrown instanceof LogText.Quoting, chain);
        for (Throwable suppressed : thrown.getSuppressed()) {
            gather(suppressed, quotes, chain);
        }
    }

    /** Logs print the one or the other. */
    private static boolean isUnfit(Throwable thrown) {
        return !LogText.isLine(thrown.getMessage()) || !LogText.isLine(thrown.toString());
    }

    private static String text(Throwable original, boolean quotes) {
        String type = original.getClass().getName();
        String message = quotes ? null : original.getMessage();
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
