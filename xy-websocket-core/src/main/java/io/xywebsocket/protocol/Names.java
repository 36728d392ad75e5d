package io.xywebsocket.protocol;

import org.jspecify.annotations.Nullable;

/** How long names and ids may be: they are kept, repeated and logged, where a payload is only read. */
public final class Names {

    /** The characters that the name of a function or an event may have. */
    public static final int MAX_NAME = 200;

    /** The characters that the id of a call may have, as JSON text. */
    public static final int MAX_ID = 1000;

    private Names() {}

    /** Whether a name has more than {@link #MAX_NAME} characters. */
    public static boolean isTooLong(String name) {
        return name.length() > MAX_NAME;
    }

    /** Whether an id has more than {@link #MAX_ID} characters. */
    public static boolean isIdTooLong(@Nullable String id) {
        return id != null && id.length() > MAX_ID;
    }

    /**
     * The name itself, for a function or event of this side's.
     *
     * @throws IllegalArgumentException if it is too long: no other side would take it
     */
    public static String checked(String name) {
        if (isTooLong(name)) {
            throw new IllegalArgumentException("A name has " + MAX_NAME + " characters at most, not " + name.length()
                    + ": " + beginning(name).substring(0, 50) + "…");
        }
        return name;
    }

    /** The name, or as much of it as there may be. */
    public static String beginning(String name) {
        if (!isTooLong(name)) {
            return name;
        }
        return name.substring(0, Character.isHighSurrogate(name.charAt(MAX_NAME - 1)) ? MAX_NAME - 1 : MAX_NAME);
    }
}
