package io.xywebsocket.spring.handlers;

import static org.assertj.core.api.Assertions.assertThat;

import io.xywebsocket.XyErrorMapper;
import io.xywebsocket.XyRpc;
import io.xywebsocket.classpath.SmallerClassPath;
import io.xywebsocket.spring.errors.SpringErrorMappers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.stereotype.Component;

class AbsentLibrariesTests {

    private static final Pattern OPTIONAL = Pattern.compile(
            "^(jakarta.validation|hibernate-validator|spring-security|reactor|reactive-streams|rxjava).*\\.jar$");

    @Component
    static class Functions {
        @XyRpc
        int doubled(int amount) {
            return amount * 2;
        }

        @XyRpc
        CompletionStage<String> stage() {
            return CompletableFuture.completedFuture("s");
        }

        @XyRpc
        Object anything() {
            return "o";
        }
    }

    /** What runs without the optional libraries. */
    public static final class Application implements Callable<List<?>> {
        @Override
        public List<?> call() throws Exception {
            try (Handlers handlers = Handlers.of(Functions.class)) {
                List<XyErrorMapper> mappers = new ArrayList<>(ValidationErrorMappers.available(null));
                mappers.addAll(SpringErrorMappers.available(null));
                mappers.forEach(mapper ->
                        assertThat(mapper.map(new IllegalStateException())).isNull());
                return List.of(
                        handlers.call("doubled", "21"),
                        ((CompletableFuture<?>) handlers.call("stage")).join(),
                        handlers.call("anything"));
            }
        }
    }

    @Test
    void runsWithoutValidationSecurityAndReactiveStreams() throws Exception {
        assertThat(SmallerClassPath.without(OPTIONAL, "jakarta.validation.Valid", Application.class))
                .isEqualTo(List.of(42, "s", "o"));
    }
}
