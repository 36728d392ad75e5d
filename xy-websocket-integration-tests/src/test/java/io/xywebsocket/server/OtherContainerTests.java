package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undertow.UndertowContext;
import io.xywebsocket.spring.autoconfigure.XyWebSocketAutoConfiguration;
import jakarta.servlet.ServletContext;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.mock.web.MockServletContext;
import org.springframework.web.context.support.GenericWebApplicationContext;

/** Servlet containers that are neither Tomcat nor Jetty, as an application sees them that starts. */
@ExtendWith(OutputCaptureExtension.class)
class OtherContainerTests {

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration(XyWebSocketAutoConfiguration.class)
    static class Application {}

    private static ConfigurableApplicationContext startIn(ServletContext container, String... arguments) {
        SpringApplication application = new SpringApplication(Application.class);
        application.setWebApplicationType(WebApplicationType.SERVLET);
        application.setApplicationContextFactory(type -> new GenericWebApplicationContext(container));
        application.setRegisterShutdownHook(false);
        return application.run(arguments);
    }

    @Test
    void oneThatIsKnownNotToBeSupportedEndsTheStartUp(CapturedOutput output) {
        assertThatThrownBy(() -> startIn(new UndertowContext(), "--spring.config.name=none"))
                .rootCause()
                .hasMessageContaining("Undertow");

        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains(
                        "xy-websocket runs on Tomcat 10.1 and 11, and on Jetty 12; this application runs on Undertow.")
                .contains("spring-boot-starter-tomcat or spring-boot-starter-jetty")
                .contains("xy.websocket.enabled=false");
    }

    @Test
    void noneIsOfInterestToAnApplicationWithoutTheEndpoint(CapturedOutput output) {
        startIn(new UndertowContext(), "--spring.config.name=none", "--xy.websocket.enabled=false")
                .close();

        assertThat(output).doesNotContain("xy-websocket runs on");
    }

    @Test
    void ofOneThatIsNotKnownThereIsAWarning(CapturedOutput output) {
        MockServletContext hidden = new MockServletContext();
        ServletContext container = (ServletContext) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {ServletContext.class},
                (proxy, method, arguments) -> method.invoke(hidden, arguments));

        startIn(container, "--spring.config.name=none").close();

        assertThat(output.toString().lines().filter(line -> line.contains("xy-websocket runs on Tomcat 10.1 and 11")))
                .singleElement()
                .asString()
                .contains("WARN", container.getClass().getName());
    }

    @Test
    void aMockIsNone(CapturedOutput output) {
        startIn(new MockServletContext(), "--spring.config.name=none").close();

        assertThat(output).doesNotContain("xy-websocket runs on");
    }
}
