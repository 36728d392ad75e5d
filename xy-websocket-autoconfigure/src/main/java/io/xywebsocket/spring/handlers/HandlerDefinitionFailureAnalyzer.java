package io.xywebsocket.spring.handlers;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Shows handlers that can't be offered as a readable start-up failure. */
final class HandlerDefinitionFailureAnalyzer extends AbstractFailureAnalyzer<HandlerDefinitionException> {

    HandlerDefinitionFailureAnalyzer() {}

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, HandlerDefinitionException cause) {
        return new FailureAnalysis(cause.getMessage(), cause.action(), cause);
    }
}
