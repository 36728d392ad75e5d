package io.xywebsocket.spring.server;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Shows that the servlet container isn't supported as a readable start-up failure. */
final class UnsupportedContainerFailureAnalyzer extends AbstractFailureAnalyzer<UnsupportedContainerException> {

    UnsupportedContainerFailureAnalyzer() {}

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, UnsupportedContainerException cause) {
        return new FailureAnalysis(cause.getMessage(), cause.action(), cause);
    }
}
