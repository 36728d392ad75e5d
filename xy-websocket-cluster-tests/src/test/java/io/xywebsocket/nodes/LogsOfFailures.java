package io.xywebsocket.nodes;

import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/** Prints what the nodes see, and the last lines of their logs, when a test fails. */
final class LogsOfFailures implements TestExecutionExceptionHandler {

    private static final int LINES = 60;

    private final Supplier<List<Node>> nodes;

    LogsOfFailures(Supplier<List<Node>> nodes) {
        this.nodes = nodes;
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        for (Node node : nodes.get()) {
            System.out.println("---- node " + node.name + ": " + view(node));
            List<String> log = List.copyOf(node.log);
            log.subList(Math.max(0, log.size() - LINES), log.size()).forEach(System.out::println);
        }
        throw failure;
    }

    private static String view(Node node) {
        try {
            return node.view().toString();
        } catch (RuntimeException e) {
            return e.toString();
        }
    }
}
