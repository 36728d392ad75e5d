package io.xywebsocket.spring.handlers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xywebsocket.XyErrorMapper;
import io.xywebsocket.XyRpc;
import io.xywebsocket.spring.errors.SpringErrorMappers;
import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
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
            "(jakarta.validation|hibernate-validator|spring-security|reactor|reactive-streams|rxjava).*\\.jar");

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
        try (URLClassLoader loader = withoutOptionalLibraries()) {
            assertThatThrownBy(() -> loader.loadClass("jakarta.validation.Valid"))
                    .isInstanceOf(ClassNotFoundException.class);
            Thread.currentThread().setContextClassLoader(loader);
            Callable<?> application = (Callable<?>) loader.loadClass(Application.class.getName())
                    .getDeclaredConstructor()
                    .newInstance();

            assertThat(application.call()).isEqualTo(List.of(42, "s", "o"));
        } finally {
            Thread.currentThread().setContextClassLoader(getClass().getClassLoader());
        }
    }

    private static URLClassLoader withoutOptionalLibraries() throws MalformedURLException {
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<URL> urls = new ArrayList<>();
        for (String entry : path.split(File.pathSeparator)) {
            Path file = Path.of(entry);
            if (!OPTIONAL.matcher(file.getFileName().toString()).matches()) {
                urls.add(file.toUri().toURL());
            }
        }
        return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }
}
