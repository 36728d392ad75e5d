package io.xywebsocket.spring.startup;

import io.xywebsocket.XyContractException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Shows what is wrong with an interface of which a bean was to have a proxy. */
final class ContractFailureAnalyzer extends AbstractFailureAnalyzer<XyContractException> {

    ContractFailureAnalyzer() {}

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, XyContractException cause) {
        return new FailureAnalysis(
                "An interface can't be a contract: " + cause.getMessage() + ".",
                "Change the interface as described. Each of its methods has @XyRpc or @XyEvent, or is a default method.",
                cause);
    }
}
