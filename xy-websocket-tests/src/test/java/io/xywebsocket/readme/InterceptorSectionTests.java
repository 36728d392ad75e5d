package io.xywebsocket.readme;

import static org.assertj.core.api.Assertions.assertThat;

import io.xywebsocket.XyInterceptor;
import io.xywebsocket.engine.RawPeer;
import io.xywebsocket.engine.XyEndpoint;
import io.xywebsocket.engine.XyEndpointBuilder;
import io.xywebsocket.spring.autoconfigure.XyWebSocketProperties;
import io.xywebsocket.spring.limits.Rate;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Principal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.annotation.AnnotationAwareOrderComparator;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.io.ByteArrayResource;

/** The README's interceptors and limits, taken from the README and used. */
@ExtendWith(OutputCaptureExtension.class)
class InterceptorSectionTests {

    @TempDir
    Path folder;

    @Test
    void theInterceptorsOfTheReadmeCompileAndDoWhatIsSaid(CapturedOutput output) throws Exception {
        Files.writeString(folder.resolve("Interceptors.java"), block("## Interceptors", "java"));
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        assertThat(ToolProvider.getSystemJavaCompiler()
                        .run(
                                null,
                                null,
                                null,
                                "-parameters",
                                "-proc:none",
                                "-cp",
                                classPath,
                                "-d",
                                folder.toString(),
                                folder.resolve("Interceptors.java").toString()))
                .isZero();
        try (URLClassLoader classes = new URLClassLoader(
                new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
            List<XyInterceptor> inOrder = new ArrayList<>(
                    List.of(made(classes, "com.example.demo.LoggedInOnly"), made(classes, "com.example.demo.Timing")));
            AnnotationAwareOrderComparator.sort(inOrder);
            assertThat(inOrder.get(0).getClass().getSimpleName()).isEqualTo("Timing");
            use(inOrder);
        }
        assertThat(output.toString())
                .contains("XyMessage[IN CALL admin.x] took ", "XyMessage[IN CALL later] took ", " ms");
    }

    private static void use(List<XyInterceptor> inOrder) {
        XyEndpointBuilder builder = XyEndpoint.builder();
        inOrder.forEach(builder::interceptor);
        try (XyEndpoint endpoint = builder.build();
                RawPeer peer = RawPeer.connect(endpoint)) {
            endpoint.handlers()
                    .register("later", (name, payload, caller) -> CompletableFuture.supplyAsync(() -> "fine"));
            assertThat(peer.ask("{\"e\":\"c.admin.x\",\"id\":1}")).contains("\"status\":401", "Log in first");
            assertThat(peer.ask("{\"e\":\"c.later\",\"id\":1}")).contains("fine");
            Principal ada = () -> "ada";
            peer.peer().identify(ada);
            assertThat(peer.ask("{\"e\":\"c.admin.x\",\"id\":1}")).contains("\"status\":404");
        }
    }

    @Test
    void theLimitsOfTheReadmeAreWhatTheySay() throws IOException {
        ByteArrayResource yaml =
                new ByteArrayResource(block("## Limits", "yaml").getBytes(StandardCharsets.UTF_8));
        MutablePropertySources sources = new MutablePropertySources();
        new YamlPropertySourceLoader().load("README", yaml).forEach(sources::addLast);

        XyWebSocketProperties properties = new Binder(ConfigurationPropertySources.from(sources))
                .bind("xy.websocket", XyWebSocketProperties.class)
                .get();

        assertThat(properties.idleTimeout()).isEqualTo(Duration.ofMinutes(30));
        assertThat(properties.maxSessionsPerUser()).isEqualTo(10);
        assertThat(properties.maxSessionsPerAddress()).isEqualTo(100);
        assertThat(properties.rateLimit().perPeer()).isEqualTo(Rate.valueOf("200/1s"));
        assertThat(properties.rateLimit().perUser()).isEqualTo(Rate.valueOf("500/1s"));
        assertThat(properties.rateLimit().functions())
                .containsOnly(Map.entry("report.export", "10/1m"), Map.entry("report:print", "10/1m"));
        assertThat(properties.rateLimit().handshakesPerAddress()).isEqualTo(Rate.valueOf("50/10s"));
    }

    private static XyInterceptor made(ClassLoader classes, String name) throws ReflectiveOperationException {
        Constructor<?> constructor = classes.loadClass(name).getDeclaredConstructor();
        constructor.setAccessible(true);
        return (XyInterceptor) constructor.newInstance();
    }

    private static String block(String heading, String language) throws IOException {
        Matcher block = Pattern.compile(
                        "^" + heading + "\n.*?```" + language + "\n(.*?)```", Pattern.DOTALL | Pattern.MULTILINE)
                .matcher(Files.readString(Path.of("..", "README.md")));
        assertThat(block.find()).as("a block below " + heading).isTrue();
        return block.group(1);
    }
}
