package io.xywebsocket.client;

import io.xywebsocket.XyEvent;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyRpc;
import io.xywebsocket.XyStatistics;
import io.xywebsocket.engine.HeldPort;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** A Spring Boot application on a real server that can be restarted at its port: in this process, or in one of its own to be killed. */
final class Town implements AutoCloseable {

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Functions.class)
    static class Application {}

    static class Functions {

        @XyRpc
        int add(int a, int b) {
            return a + b;
        }

        /** Asks its caller, who asks back. */
        @XyRpc
        int ask(int number, XyPeer peer) {
            return peer.await("answer", number, Integer.class) + 1;
        }

        @XyEvent
        void note(String text, XyPeer peer) {
            peer.send("noted", text);
        }
    }

    /** Who connects to a town, and what the town may call. */
    interface Courier {
        @XyRpc
        int ask(int number);

        @XyRpc
        int add(int a, int b);

        @XyEvent
        boolean note(String text);
    }

    private final ConfigurableApplicationContext context;

    private Town(ConfigurableApplicationContext context) {
        this.context = context;
    }

    static URI uri(HeldPort port) {
        return URI.create("ws://localhost:" + port.number() + "/ws");
    }

    static Town at(HeldPort port, String... arguments) {
        return at(port.number(), arguments);
    }

    private static Town at(int port, String... more) {
        SpringApplication application = new SpringApplication(Application.class);
        application.setBannerMode(Banner.Mode.OFF);
        application.setRegisterShutdownHook(false);
        List<String> arguments = new ArrayList<>(List.of(
                "--server.port=" + port,
                "--spring.config.name=none", // the sample, which is on the class path too, has an application.yml
                "--spring.threads.virtual.enabled=" + Boolean.getBoolean("xy.test.virtual-threads"),
                "--spring.lifecycle.timeout-per-shutdown-phase=1s"));
        // Spring Security is on the class path of all tests; its classes have other names in each line of Spring Boot
        arguments.add(
                "--spring.autoconfigure.exclude="
                        + String.join(
                                ",",
                                Arrays.asList(
                                        "org.springframework.boot.autoconfigure.security.servlet.SecurityAutoConfiguration",
                                        "org.springframework.boot.autoconfigure.security.servlet.SecurityFilterAutoConfiguration",
                                        "org.springframework.boot.autoconfigure.security.servlet.UserDetailsServiceAutoConfiguration",
                                        "org.springframework.boot.actuate.autoconfigure.security.servlet.ManagementWebSecurityAutoConfiguration",
                                        "org.springframework.boot.security.autoconfigure.SecurityAutoConfiguration",
                                        "org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration",
                                        "org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration",
                                        "org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration",
                                        "org.springframework.boot.security.autoconfigure.actuate.web.servlet.ManagementWebSecurityAutoConfiguration")));
        arguments.addAll(List.of(more));
        return new Town(application.run(arguments.toArray(new String[0])));
    }

    XyStatistics statistics() {
        return context.getBean(io.xywebsocket.engine.XyEndpoint.class).statistics();
    }

    @Override
    public void close() {
        context.close();
    }

    /** A town in a process of its own, until that is killed. */
    static Process processAt(HeldPort port) throws IOException {
        return new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Town.class.getName(),
                        Integer.toString(port.number()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    public static void main(String[] args) {
        at(Integer.parseInt(args[0]));
    }
}
