package io.xywebsocket.spring.handlers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xywebsocket.XyPayload;
import io.xywebsocket.XyRpc;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@ExtendWith(OutputCaptureExtension.class)
class StartUpFailureTests {

    @TempDir
    Path classes;

    @Test
    void namesTheCompilersFlagWhereParameterNamesAreNeededAndMissing() throws Exception {
        Class<?> nameless = compiledWithoutNames(
                """
                public class Nameless {
                    @io.xywebsocket.XyRpc public String move(String sku, int amount) { return sku; }
                }
                """);

        assertThat(Handlers.failureOf(nameless))
                .hasMessageContaining("Nameless.move(String, int) of bean 'nameless'")
                .hasMessageContaining("compiled without the names of parameters")
                .extracting(failure -> ((HandlerDefinitionException) failure).action())
                .asString()
                .contains("'-parameters'");
    }

    @Test
    void needsNoParameterNamesForOnePayloadParameter() throws Exception {
        Class<?> nameless = compiledWithoutNames(
                """
                public class Nameless {
                    @io.xywebsocket.XyRpc public String echo(String text, io.xywebsocket.XyPeer peer) { return text; }
                }
                """);

        try (Handlers handlers = Handlers.of(nameless)) {
            assertThat(handlers.call("echo", "\"hello\"")).isEqualTo("hello");
        }
    }

    static class One {
        @XyRpc("stock.level")
        void one() {}
    }

    static class Two {
        @XyRpc("stock.level")
        void two(XyPayload payload) {}
    }

    @Configuration
    static class Application {
        @Bean
        One one() {
            return new One();
        }

        @Bean
        Two two() {
            return new Two();
        }

        @Bean
        AnnotatedHandlers annotatedHandlers(ConfigurableListableBeanFactory beans) {
            return new AnnotatedHandlers(beans, new RecordedHandlers());
        }
    }

    @Test
    void isShownByBootAsAnAnalysedFailure(CapturedOutput output) {
        SpringApplication application = new SpringApplication(Application.class);
        application.setWebApplicationType(WebApplicationType.NONE);

        assertThatThrownBy(application::run).isInstanceOf(HandlerDefinitionException.class);
        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains("Two methods claim the function 'stock.level':")
                .contains("One.one() of bean 'one'")
                .contains("Two.two(XyPayload) of bean 'two'")
                .contains("Give one of them another name");
    }

    private Class<?> compiledWithoutNames(String source)
            throws IOException, ClassNotFoundException, URISyntaxException {
        Path file = Files.writeString(classes.resolve("Nameless.java"), source);
        String core = Path.of(XyRpc.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .toString();
        int result = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        List.of("-proc:none", "-cp", core, "-d", classes.toString(), file.toString())
                                .toArray(String[]::new));
        assertThat(result).isZero();
        // not closed: the class stays in use
        return new URLClassLoader(
                        new URL[] {classes.toUri().toURL()}, getClass().getClassLoader())
                .loadClass("Nameless");
    }
}
