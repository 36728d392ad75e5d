package io.xywebsocket.untrusted;

import java.lang.reflect.Constructor;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A throwable on its way into the log, with its causes and what they suppress. It is logged itself if all of them are fit for that;
 * else a copy is, of the same classes where these can be made, as log tools group by class. Of one thread.
 */
final class Harmless {

    /** Of causes and suppressed ones together; loggers walk along them by recursion. */
    private static final int MAX = 100;

    private final IdentityHashMap<Throwable, Seen> chain = new IdentityHashMap<>();
    private boolean cut;

    private Harmless(Throwable thrown) {
        gather(thrown);
    }

    /** The throwable itself, unless something in its chain is not fit. Never throws. */
    static Throwable of(Throwable thrown) {
        try {
            Harmless all = new Harmless(thrown);
            Seen first = Objects.requireNonNull(all.chain.get(thrown));
            return all.isFit(first) ? thrown : Objects.requireNonNull(all.copy(first));
        } catch (Throwable t) { // there may be no memory or no stack left
            return new HarmlessCopy(LogText.line(thrown.getClass().getName()), null);
        }
    }

    /** All that there is, and whether it may quote a payload. */
    private void gather(Throwable thrown) {
        Deque<Seen> next = new ArrayDeque<>();
        visit(thrown, false, next);
        for (Seen seen; (seen = next.poll()) != null; ) {
            if (seen.cause != null) {
                visit(seen.cause, seen.quotes || seen.original instanceof LogText.Quoting, next);
            }
            for (Throwable suppressed : seen.suppressed) {
                visit(suppressed, seen.quotes, next);
            }
        }
    }

    private void visit(Throwable thrown, boolean quotes, Deque<Seen> next) {
        Seen seen = chain.get(thrown);
        if (seen != null && (seen.quotes || !quotes)) {
            return;
        }
        if (seen == null) {
            if (chain.size() == MAX) {
                cut = true;
                return;
            }
            seen = new Seen(thrown);
            chain.put(thrown, seen);
        }
        seen.quotes = quotes;
        next.add(seen);
    }

    private boolean isFit(Seen first) {
        return !cut && chain.values().stream().allMatch(Seen::isFit) && !isCyclic(first);
    }

    private boolean isCyclic(Seen seen) {
        if (seen.entered) {
            return !seen.left;
        }
        seen.entered = true;
        boolean cyclic = seen.cause != null && isCyclic(Objects.requireNonNull(chain.get(seen.cause)));
        for (Throwable each : seen.suppressed) {
            cyclic = cyclic || isCyclic(Objects.requireNonNull(chain.get(each)));
        }
        seen.left = true;
        return cyclic;
    }

    /** Null for one inside itself: the copy has no cycles. */
    private @Nullable Throwable copy(Seen seen) {
        if (seen.copying || seen.copy != null) {
            return seen.copying ? null : seen.copy;
        }
        seen.copying = true;
        Throwable copy = seen.copyWith(seen.cause == null ? null : copyOf(seen.cause));
        for (Throwable each : seen.suppressed) {
            Throwable suppressed = copyOf(each);
            if (suppressed != null) {
                copy.addSuppressed(suppressed);
            }
            if (!chain.containsKey(each)) {
                break; // the rest is left out as well, and told once
            }
        }
        seen.copying = false;
        seen.copy = copy;
        return copy;
    }

    private @Nullable Throwable copyOf(Throwable original) {
        Seen seen = chain.get(original);
        return seen == null ? new HarmlessCopy("(and more, left out)", null) : copy(seen);
    }

    /** One of the chain. Each of its methods has been called once, and may have thrown. */
    private static final class Seen {

        final Throwable original;
        final @Nullable String message;
        final @Nullable Throwable cause;
        final Throwable[] suppressed;
        private final StackTraceElement[] trace;
        private boolean fit = true;

        boolean quotes;
        boolean entered;
        boolean left;
        boolean copying;

        @Nullable
        Throwable copy;

        Seen(Throwable original) {
            this.original = original;
            this.message = ask(original::getMessage, "(its message can't be told)");
            this.cause = ask(original::getCause, null);
            this.suppressed = original.getSuppressed();
            this.trace = fit(ask(original::getStackTrace, null));
            fit = fit
                    && this.cause != original
                    && LogText.isLine(message)
                    && LogText.isLine(original.getClass().getName())
                    && LogText.isLine(ask(original::toString, ""))
                    && LogText.isLine(ask(original::getLocalizedMessage, ""));
        }

        private <T> @Nullable T ask(Supplier<@Nullable T> question, @Nullable T otherwise) {
            try {
                return question.get();
            } catch (Throwable t) {
                fit = false;
                return otherwise;
            }
        }

        private StackTraceElement[] fit(StackTraceElement @Nullable [] given) {
            if (given == null) {
                fit = false;
                return new StackTraceElement[0];
            }
            StackTraceElement[] all =
                    Arrays.stream(given).filter(Objects::nonNull).toArray(StackTraceElement[]::new);
            fit = fit && all.length == given.length;
            for (int i = 0; i < all.length; i++) {
                if (!LogText.isLine(all[i].toString())) {
                    fit = false;
                    all[i] = line(all[i]);
                }
            }
            return all;
        }

        private static StackTraceElement line(StackTraceElement frame) {
            String file = frame.getFileName();
            return new StackTraceElement(
                    LogText.line(frame.getClassName()),
                    LogText.line(frame.getMethodName()),
                    file == null ? null : LogText.line(file),
                    frame.getLineNumber());
        }

        boolean isFit() {
            return fit && !quotes;
        }

        Throwable copyWith(@Nullable Throwable newCause) {
            String text = quotes || message == null ? null : LogText.line(message);
            Throwable twin = twin(text, newCause);
            if (twin != null) {
                return twin;
            }
            String type = LogText.line(original.getClass().getName());
            Throwable copy = new HarmlessCopy(text == null ? type : type + ": " + text, newCause);
            copy.setStackTrace(trace);
            return copy;
        }

        /** Another one of the same class, by one of the usual constructors; null if none makes what is wanted. */
        private @Nullable Throwable twin(@Nullable String text, @Nullable Throwable newCause) {
            try {
                for (Constructor<?> constructor : original.getClass().getConstructors()) {
                    Throwable twin = twin(constructor, text, newCause);
                    if (twin != null) {
                        return twin;
                    }
                }
            } catch (Throwable t) {
                // classes of its signatures may be missing
            }
            return null;
        }

        private @Nullable Throwable twin(
                Constructor<?> constructor, @Nullable String text, @Nullable Throwable newCause) {
            Class<?>[] parameters = constructor.getParameterTypes();
            boolean takesCause = parameters.length == 2
                    && Throwable.class.isAssignableFrom(parameters[1])
                    && (newCause == null || parameters[1].isInstance(newCause));
            if (parameters.length == 0 || parameters[0] != String.class || (parameters.length > 1 && !takesCause)) {
                return null;
            }
            try {
                if (!constructor.trySetAccessible()) {
                    return null;
                }
                Throwable twin = (Throwable)
                        (takesCause ? constructor.newInstance(text, newCause) : constructor.newInstance(text));
                if (newCause != null && twin.getCause() == null) {
                    var unused = twin.initCause(newCause);
                }
                twin.setStackTrace(trace);
                Seen seen = new Seen(twin);
                boolean asWanted = seen.isFit()
                        && Objects.equals(seen.message, text)
                        && seen.cause == newCause
                        && seen.suppressed.length == 0
                        && Arrays.equals(seen.trace, trace);
                return asWanted ? twin : null;
            } catch (Throwable t) {
                return null;
            }
        }
    }
}
