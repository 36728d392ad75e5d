package io.xywebsocket.server;

import io.xywebsocket.engine.XyEndpoint;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** A Spring Boot application with the starter on a real server, Tomcat or Jetty, at a port of its own. */
final class App implements AutoCloseable {

    static final boolean ON_JETTY = "jetty".equals(System.getProperty("xy.test.server"));

    /** Spring Security is on the class path of all these tests, but only those of {@link SecurityTests} want it. */
    private static final List<String> SECURITY = List.of(
            "org.springframework.boot.autoconfigure.security.servlet.SecurityAutoConfiguration",
            "org.springframework.boot.autoconfigure.security.servlet.SecurityFilterAutoConfiguration",
            "org.springframework.boot.autoconfigure.security.servlet.UserDetailsServiceAutoConfiguration",
            "org.springframework.boot.actuate.autoconfigure.security.servlet.ManagementWebSecurityAutoConfiguration",
            "org.springframework.boot.security.autoconfigure.SecurityAutoConfiguration",
            "org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration",
            "org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration",
            "org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration",
            "org.springframework.boot.security.autoconfigure.actuate.web.servlet.ManagementWebSecurityAutoConfiguration");

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final ConfigurableApplicationContext context;

    private App(ConfigurableApplicationContext context) {
        this.context = context;
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(LifeCycle.class)
    static class Base {}

    /** An application to be started. */
    record Setup(List<String> properties, boolean secured) {

        Setup with(String... more) {
            List<String> all = new ArrayList<>(properties);
            all.addAll(List.of(more));
            return new Setup(all, secured);
        }

        App start(Class<?>... components) {
            List<Class<?>> sources = new ArrayList<>(List.of(Base.class));
            sources.addAll(List.of(components));
            SpringApplication application = new SpringApplication(sources.toArray(new Class<?>[0]));
            application.setBannerMode(Banner.Mode.OFF);
            application.setRegisterShutdownHook(false);
            List<String> arguments = new ArrayList<>(List.of(
                    "--server.port=0",
                    "--spring.config.name=none", // the sample, which is on the class path too, has an application.yml
                    "--spring.threads.virtual.enabled=" + Boolean.getBoolean("xy.test.virtual-threads")));
            if (!secured) {
                arguments.add("--spring.autoconfigure.exclude=" + String.join(",", SECURITY));
            }
            properties.forEach(property -> arguments.add("--" + property));
            return new App(application.run(arguments.toArray(new String[0])));
        }
    }

    static Setup with(String... properties) {
        return new Setup(List.of(properties), false);
    }

    /** With Spring Security's auto-configuration. */
    static Setup secured(String... properties) {
        return new Setup(List.of(properties), true);
    }

    static App of(Class<?>... components) {
        return with().start(components);
    }

    int port() {
        return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    ConfigurableApplicationContext context() {
        return context;
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    XyEndpoint endpoint() {
        return bean(XyEndpoint.class);
    }

    LifeCycle lifeCycle() {
        return bean(LifeCycle.class);
    }

    Handshake handshake() {
        return Handshake.to(port());
    }

    RawClient connect() {
        return handshake().open();
    }

    HttpResponse<String> get(String path, String... headers) {
        return request("GET", path, headers);
    }

    HttpResponse<String> request(String method, String path, String... headers) {
        return request(HttpResponse.BodyHandlers.ofString(), method, path, headers);
    }

    /** What was on the wire. */
    HttpResponse<byte[]> download(String path, String... headers) {
        return request(HttpResponse.BodyHandlers.ofByteArray(), "GET", path, headers);
    }

    private <T> HttpResponse<T> request(
            HttpResponse.BodyHandler<T> body, String method, String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + port() + path))
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return HTTP.send(request.build(), body);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        context.close();
    }
}
