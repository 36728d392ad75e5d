package io.xywebsocket.spring.startup;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The application can't start with its settings or beans. Spring Boot shows the description and the action in place of
 * a stack trace.
 *
 * @since 0.1
 */
public class StartUpException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String action;
    private final List<String> properties;

    /**
     * @param description what is wrong, and where
     * @param action      what the developer can do about it
     */
    public StartUpException(String description, String action, @Nullable Throwable cause) {
        this(description, action, List.of(), cause);
    }

    private StartUpException(String description, String action, List<String> properties, @Nullable Throwable cause) {
        super(description, cause);
        this.action = action;
        this.properties = List.copyOf(properties);
    }

    /**
     * A property whose value is refused.
     *
     * @param property its full name; the developer is shown where it is set, too
     * @param fault    what follows the name in the description
     * @param action   what the developer can do about it
     */
    public static StartUpException ofProperty(String property, String fault, String action) {
        return ofProperties(property + " " + fault, action, property);
    }

    /**
     * Properties that don't go together.
     *
     * @param properties their full names; the developer is shown where each of them is set, too
     */
    public static StartUpException ofProperties(String description, String action, String... properties) {
        return new StartUpException(description, action, List.of(properties), null);
    }

    /** Returns what the developer can do about it. */
    public final String action() {
        return action;
    }

    /** Returns the full names of the properties that are to be changed; may be empty. */
    final List<String> properties() {
        return properties;
    }
}
