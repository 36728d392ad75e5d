package io.xywebsocket.spring.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Shows that there is no mapper to take as a readable start-up failure. */
final class MapperChoiceFailureAnalyzer extends AbstractFailureAnalyzer<MapperChoiceException> {

    MapperChoiceFailureAnalyzer() {}

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, MapperChoiceException cause) {
        return new FailureAnalysis(cause.getMessage(), cause.action(), cause);
    }
}
