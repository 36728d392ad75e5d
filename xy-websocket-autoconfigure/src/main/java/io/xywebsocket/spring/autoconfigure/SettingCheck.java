package io.xywebsocket.spring.autoconfigure;

import io.xywebsocket.protocol.Prefixes;
import io.xywebsocket.spring.startup.StartUpException;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.springframework.util.unit.DataSize;

/**
 * Refuses settings that can't be meant, by their full names and with what to set instead. Immutable.
 *
 * @param prefix what the properties' names begin with
 */
record SettingCheck(String prefix) {

    private static final Pattern PATH = Pattern.compile("/[^\\s?#]*");

    private static final Pattern CLUSTER = Pattern.compile("(?=.*\\S)[^{}\\p{Cntrl}]{1,100}");

    /** As Spring reads them: of the ports, a list in brackets may be told. */
    private static final Pattern ORIGIN =
            Pattern.compile("\\*|null|(?!wss?:)[A-Za-z*][A-Za-z0-9+.*-]*://[^\\s/?#@]+/?");

    private static final List<String> PREFIXES =
            List.of("event-prefix", "call-prefix", "resolve-prefix", "reject-prefix", "cancel-prefix");

    /** @param usual what the developer may set instead */
    void positive(String name, Duration value, String usual) {
        if (value.isNegative() || value.isZero()) {
            throw notPositive(name, text(value), "a duration", usual);
        }
    }

    /** @param usual what the developer may set instead */
    void positive(String name, int value, String usual) {
        if (value <= 0) {
            throw notPositive(name, String.valueOf(value), "a number", usual);
        }
    }

    /**
     * A size of which core counts the bytes.
     *
     * @param usual what the developer may set instead
     */
    void positive(String name, DataSize value, String usual) {
        if (value.toBytes() <= 0) {
            throw notPositive(name, text(value), "a size", usual);
        } else if (value.toBytes() > Integer.MAX_VALUE / 2) {
            throw refused(
                    name, "must be less than 1 GB, but is " + text(value), "Set it to a size such as " + usual + ".");
        }
    }

    /** @param bound the property that has the smaller or the same value */
    void notLess(String name, Duration value, String bound, Duration least) {
        if (value.compareTo(least) < 0) {
            throw StartUpException.ofProperties(
                    prefix + name + " (" + text(value) + ") must not be less than " + prefix + bound + " ("
                            + text(least) + ").",
                    "Set " + prefix + name + " to " + text(least) + " or more.",
                    prefix + name,
                    prefix + bound);
        }
    }

    /** @param unit the property of which the value must be at least two times as much */
    void twice(String name, Duration value, String unit, Duration once) {
        if (value.compareTo(once.multipliedBy(2)) < 0) {
            throw StartUpException.ofProperties(
                    prefix + name + " (" + text(value) + ") must be at least twice " + prefix + unit + " (" + text(once)
                            + "), so that one lost message means nothing.",
                    "Set " + prefix + name + " to " + text(once.multipliedBy(5)) + ", or remove both.",
                    prefix + name,
                    prefix + unit);
        }
    }

    /** A cluster's name, which stands in the names of channels. */
    void clusterName(String name, String value) {
        if (!CLUSTER.matcher(value).matches()) {
            throw refused(
                    name,
                    "must have 1 to 100 characters, without braces, but is '" + value + "'",
                    "Set it to the name of your application, such as shop.");
        }
    }

    /** A number of which -1 stands for any. */
    void unlimitedOr(int least, String name, int value) {
        if (value < least && value != -1) {
            throw refused(
                    name,
                    "must be " + least + " or more, or -1 for unlimited, but is " + value,
                    "Set it to -1, or remove it, if there is to be no limit.");
        }
    }

    /** A path below the context path. */
    void path(String name, String value) {
        if (!PATH.matcher(value).matches()) {
            throw refused(
                    name,
                    "must be a path that begins with a slash, without a query, but is '" + value + "'",
                    "Set it to a path below the context path, such as /ws. The host and the context path are not part of it.");
        }
    }

    /** Patterns of origins. */
    void origins(String name, List<String> values) {
        for (int i = 0; i < values.size(); i++) {
            String value = values.get(i);
            if (!ORIGIN.matcher(value).matches()) {
                throw StartUpException.ofProperties(
                        prefix + name + " has '" + value + "', which no browser's origin matches.",
                        "Write the scheme and host of the pages, and the port unless it is the scheme's own: https://example.com,"
                                + " http://localhost:3000, https://*.example.com. A single * allows all.",
                        prefix + name,
                        prefix + name + "[" + i + "]");
            }
        }
    }

    /** The protocol's prefixes, which core checks. */
    Prefixes prefixes(Supplier<Prefixes> settings) {
        try {
            return settings.get();
        } catch (IllegalArgumentException e) {
            throw StartUpException.ofProperties(
                    "The prefixes below " + prefix + "protocol can't be used: " + e.getMessage() + ".",
                    "Set prefixes of which none begins with another, and the same ones at both ends; or remove them.",
                    PREFIXES.stream().map(name -> prefix + "protocol." + name).toArray(String[]::new));
        }
    }

    StartUpException refused(String name, String fault, String action) {
        return StartUpException.ofProperty(prefix + name, fault + ".", action);
    }

    private StartUpException notPositive(String name, String value, String kind, String usual) {
        return refused(
                name,
                "must be more than 0, but is " + value,
                "Set it to " + kind + " of more than 0, such as " + usual + ".");
    }

    /** As it is written in properties. */
    static String text(Duration value) {
        if (value.equals(Duration.ofSeconds(value.toSeconds()))) {
            return value.toSeconds() + "s";
        }
        return value.compareTo(Duration.ofDays(1)) < 0 ? value.toMillis() + "ms" : value.toString();
    }

    /** As it is written in properties. */
    static String text(DataSize value) {
        long bytes = value.toBytes();
        if (bytes == 0 || bytes % (1 << 10) != 0) {
            return bytes + "B";
        }
        return bytes % (1 << 20) == 0 ? value.toMegabytes() + "MB" : value.toKilobytes() + "KB";
    }
}
