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
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.Principal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
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

/** The interceptors of docs/handlers.md and the limits of docs/limits-and-errors.md, used. */
@ExtendWith(OutputCaptureExtension.class)
class InterceptorSectionTests {

    @TempDir
    Path folder;

    @Test
    void theInterceptorsOfThePageDoWhatIsSaid(CapturedOutput output) throws Exception {
        try (URLClassLoader classes = Snippets.compile(
                folder,
                List.of(Page.of("docs/handlers.md")
                        .block("## Interceptors", "java")
                        .text()))) {
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
    void theLimitsOfThePageAreWhatTheySay() throws IOException {
        String block = Page.of("docs/limits-and-errors.md")
                .block("## Rate limits", "yaml")
                .text();
        ByteArrayResource yaml = new ByteArrayResource(block.getBytes(StandardCharsets.UTF_8));
        MutablePropertySources sources = new MutablePropertySources();
        new YamlPropertySourceLoader().load("limits", yaml).forEach(sources::addLast);

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
}
