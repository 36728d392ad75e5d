package io.xywebsocket.spring.handlers;

import io.xywebsocket.XyException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is wrong with a payload, field by field, and the rejection that says so. Confined to one thread. */
final class Violations {

    /** A small payload can have very many faults; the answer stays small. */
    private static final int MAX_TOLD = 20;

    private record Violation(String field, String message) {
        String text() {
            return (field.isEmpty() ? "Payload" : "'" + field + "'") + " " + message;
        }

        Map<String, String> detail() {
            Map<String, String> detail = new LinkedHashMap<>();
            detail.put("field", field);
            detail.put("message", message);
            return detail;
        }
    }

    private final List<Violation> violations = new ArrayList<>();

    /** @param field its path in the payload; empty for the payload itself */
    void add(String field, @Nullable String message) {
        violations.add(new Violation(field, message == null ? "is not valid" : message));
    }

    XyException rejection(Throwable cause) {
        List<Violation> told = violations.stream()
                .sorted(Comparator.comparing(Violation::field).thenComparing(Violation::message))
                .limit(MAX_TOLD)
                .toList();
        String message = told.isEmpty()
                ? "Invalid payload"
                : told.stream().map(Violation::text).collect(Collectors.joining("; "));
        return new XyException(400, message, cause)
                .with("errors", told.stream().map(Violation::detail).toList());
    }

    /** The path of a member of something that itself has a path. */
    static String join(String outer, String inner) {
        return outer.isEmpty() || inner.isEmpty() || inner.startsWith("[") ? outer + inner : outer + "." + inner;
    }
}
