package io.xywebsocket.spring.startup;

import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/** Shows a {@link StartUpException}, and where the properties that it names are set. Their values are not shown: they may be secret. */
@Order(Ordered.HIGHEST_PRECEDENCE) // Spring Boot's own would only show that the properties can't be bound
final class StartUpFailureAnalyzer extends AbstractFailureAnalyzer<StartUpException> {

    private final Environment environment;

    StartUpFailureAnalyzer(Environment environment) {
        this.environment = environment;
    }

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, StartUpException cause) {
        String origins = cause.properties().stream()
                .filter(ConfigurationPropertyName::isValid)
                .flatMap(this::origin)
                .collect(Collectors.joining());
        String description = cause.getMessage() + (origins.isEmpty() ? "" : System.lineSeparator() + origins);
        return new FailureAnalysis(description, cause.action(), cause);
    }

    private Stream<String> origin(String property) {
        ConfigurationPropertyName name = ConfigurationPropertyName.of(property);
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            ConfigurationProperty found = source.getConfigurationProperty(name);
            if (found != null && found.getOrigin() != null) {
                return Stream.of(System.lineSeparator() + "    Origin of " + property + ": " + found.getOrigin());
            }
        }
        return Stream.empty();
    }
}
