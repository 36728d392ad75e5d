package io.xywebsocket.spring.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xywebsocket.XyPeer;
import io.xywebsocket.XyRpc;
import io.xywebsocket.client.XyClient;
import io.xywebsocket.spring.XyClientHandler;
import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** A client in an application on whose class path there is nothing of the web. */
class WithoutWebTests {

    private static final Pattern WEB = Pattern.compile(
            "(spring-(web|webmvc|websocket|messaging|security).*"
                    + "|spring-boot-(starter-|actuator|micrometer|webmvc|websocket|tomcat|servlet|web-server|http|security|jetty).*"
                    + "|tomcat|micrometer|jakarta\\.(servlet|websocket)|jetty|reactor|reactive-streams|jakarta\\.validation|hibernate-validator).*\\.jar");

    static class Greeter {
        @XyRpc
        String greet(XyPeer peer) {
            return "hello " + peer.await("name", String.class);
        }

        @XyRpc
        void provoke(XyPeer peer) {
            peer.await("fail", Void.class);
        }
    }

    @XyClientHandler
    static class Name {
        @XyRpc
        String name() {
            return "client";
        }

        @XyRpc
        void fail() {
            throw new IllegalStateException("on purpose");
        }
    }

    /** What runs without the web: takes the server's address, gives its greeting. */
    public static final class Program implements UnaryOperator<String> {

        @Configuration(proxyBeanMethods = false)
        @EnableAutoConfiguration
        @Import(Name.class)
        static class Application {}

        @Override
        public String apply(String url) {
            try (ConfigurableApplicationContext application = new SpringApplicationBuilder(Application.class)
                    .properties("xy.websocket.client.url=" + url, "xy.websocket.client.wait-for-connection=true")
                    .run()) {
                XyClient client = application.getBean(XyClient.class);
                assertThatThrownBy(() -> client.await("provoke", Void.class)).hasMessage("Internal error");
                return client.await("greet", String.class);
            }
        }
    }

    @Test
    void connectsCallsAndIsCalledWithoutServletsAndSpringWeb() throws Exception {
        try (Applications applications = new Applications();
                URLClassLoader loader = withoutWeb()) {
            String url = Applications.url(applications.server(Greeter.class));
            for (String absent : List.of(
                    "org.springframework.web.ErrorResponse",
                    "org.springframework.web.servlet.DispatcherServlet",
                    "org.springframework.web.socket.WebSocketHandler",
                    "jakarta.servlet.Servlet",
                    "jakarta.websocket.Session")) {
                assertThatThrownBy(() -> loader.loadClass(absent)).isInstanceOf(ClassNotFoundException.class);
            }
            Thread.currentThread().setContextClassLoader(loader);
            @SuppressWarnings("unchecked")
            UnaryOperator<String> program = (UnaryOperator<String>) loader.loadClass(Program.class.getName())
                    .getDeclaredConstructor()
                    .newInstance();

            assertThat(program.apply(url)).isEqualTo("hello client");
        } finally {
            Thread.currentThread().setContextClassLoader(getClass().getClassLoader());
        }
    }

    private static URLClassLoader withoutWeb() throws MalformedURLException {
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<URL> urls = new ArrayList<>();
        for (String entry : path.split(File.pathSeparator)) {
            Path file = Path.of(entry);
            if (!WEB.matcher(file.getFileName().toString()).matches()) {
                urls.add(file.toUri().toURL());
            }
        }
        return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }
}
