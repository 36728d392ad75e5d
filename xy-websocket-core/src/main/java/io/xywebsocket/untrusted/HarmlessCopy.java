package io.xywebsocket.untrusted;

import org.jspecify.annotations.Nullable;

/** What the log gets in the place of a throwable of whose class no second one can be made. It is printed under the name of that class. */
final class HarmlessCopy extends Throwable {

    private static final long serialVersionUID = 1L;

    /** @param text one line: the class, and what the throwable says */
    HarmlessCopy(String text, @Nullable Throwable cause) {
        super(text, cause);
    }

    /** Class and message, as printed for the original. */
    @Override
    @SuppressWarnings("OverrideThrowableToString")
    public String toString() {
        return String.valueOf(getMessage());
    }
}
