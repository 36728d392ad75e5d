package io.xywebsocket.cluster;

import io.xywebsocket.untrusted.LogText;

/** Why something failed, on one line of the log: what was thrown, and its first cause. */
final class FailureText {

    private static final int MAX = 400;

    private FailureText() {}

    static String of(Throwable thrown) {
        Throwable harmless = LogText.of(thrown);
        Throwable root = harmless;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return LogText.of(root == harmless ? harmless.toString() : harmless + ", caused by " + root, MAX);
    }
}
