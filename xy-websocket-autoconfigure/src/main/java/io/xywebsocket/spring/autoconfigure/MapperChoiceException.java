package io.xywebsocket.spring.autoconfigure;

import io.xywebsocket.spring.startup.StartUpException;
import java.util.Collection;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.util.CollectionUtils;

/** Nothing says which of several mappers to take, or the one that there is isn't for JSON; ends the start-up. */
final class MapperChoiceException extends StartUpException {

    private static final long serialVersionUID = 1L;

    private MapperChoiceException(String description, String action, @Nullable Throwable cause) {
        super(description, action, cause);
    }

    /** @param name by which one of them would be taken */
    static MapperChoiceException several(Class<?> type, String name, NoUniqueBeanDefinitionException cause) {
        return new MapperChoiceException(
                "Payloads are bound by the application's " + type.getName()
                        + " bean, but there are several, and nothing says which one to take: " + names(cause),
                "Mark one of them with @Primary or call it '" + name + "', as for Spring MVC, or the others with"
                        + " @Bean(defaultCandidate = false); or define a bean of type XyJson, which only the handlers use.",
                cause);
    }

    static MapperChoiceException foreign(Class<?> type, String format) {
        return new MapperChoiceException(
                "Payloads are JSON, but the application's ObjectMapper bean, of " + type.getName() + ", writes "
                        + format,
                "Define an ObjectMapper bean for JSON as well, and mark it with @Primary; or a bean of type XyJson, which"
                        + " only the handlers use.",
                null);
    }

    private static String names(NoUniqueBeanDefinitionException cause) {
        Collection<String> names = cause.getBeanNamesFound();
        return CollectionUtils.isEmpty(names)
                ? String.valueOf(cause.getMessage())
                : names.stream().map(name -> "'" + name + "'").collect(Collectors.joining(", "));
    }
}
